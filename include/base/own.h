/* own.h - ownership written in the declaration: OWN(policy) p = NULL; frees p at scope's end. */
#pragma once

#define OWN_DEFINE(type, release)                      \
	static inline void own_##type(struct type **p) \
	{                                              \
		release(*p);                           \
	}

#define OWN(type) __attribute__((cleanup(own_##type))) struct type *

/* Moves an owned pointer out: `*ret = TAKE(policy);` leaves NULL behind for the cleanup. */
#define TAKE(p)                              \
	__extension__({                      \
		__typeof__(&(p)) at_ = &(p); \
		__typeof__(p) it_ = *at_;    \
		*at_ = NULL;                 \
		it_;                         \
	})
