/*
 * Blocks from malloc, handed out from their start on. What does not fit the block in use gets a new
 * one, and the old one's end is lost; a new block is at least as large as what it was made for, so
 * no more than about half of the memory taken from the machine is lost, and the ceiling bounds that
 * memory too.
 *
 * The first block is part of the arena itself and survives a reset: a server that has seen its
 * usual requests calls malloc no more.
 */
#include "base/arena.h"

#include <assert.h>
#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ALIGN = 16,
	FIRST_BLOCK = 64 * 1024,
	FIRST_ITEMS = 4,            /* of a list; a power of two */
	LARGEST_STEP = 1024 * 1024, /* blocks double up to here */
	PRINTED = 512,
};

/* Under AddressSanitizer memory not handed out is poisoned; GAP bytes of it lie between neighbours.
 */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
enum { BYTES_ALIGN = ALIGN, GAP = ALIGN };

/* A call of its own, or gcc thinks that the region is read. */
static __attribute__((noinline)) void poison(char *at, size_t len)
{
	__asan_poison_memory_region(at, len);
}

static void unpoison(char *at, size_t len)
{
	__asan_unpoison_memory_region(at, len);
}
#else
enum { BYTES_ALIGN = 1, GAP = 0 };

static void poison(char *at, size_t len)
{
	(void) at, (void) len;
}

static void unpoison(char *at, size_t len)
{
	(void) at, (void) len;
}
#endif

struct block {
	struct block *next;
	alignas(ALIGN) char bytes[];
};

struct arena {
	char *at, *end; /* the free part of the block in use */
	size_t used, ceiling;
	size_t step;        /* size of the next block */
	struct block *more; /* all blocks but the first */
	alignas(ALIGN) char first[FIRST_BLOCK];
};

static void use_first_block(struct arena *a)
{
	a->at = a->first;
	a->end = a->first + sizeof(a->first);
	a->step = (size_t) 2 * FIRST_BLOCK;
	a->used = 0;
	poison(a->first, sizeof(a->first));
}

static void free_blocks(struct arena *a)
{
	struct block *next;

	for (struct block *b = a->more; b; b = next) {
		next = b->next;
		free(b);
	}
	a->more = NULL;
}

struct arena *arena_new(size_t ceiling)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		return NULL;
	a->ceiling = ceiling;
	a->more = NULL;
	use_first_block(a);
	return a;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_blocks(a);
	free(a);
}

void arena_reset(struct arena *a)
{
	free_blocks(a);
	use_first_block(a);
}

static bool add_block(struct arena *a, size_t len)
{
	size_t size, total;
	struct block *b;

	if (__builtin_add_overflow(len, (size_t) GAP, &size))
		return false;
	if (size < a->step)
		size = a->step;
	if (__builtin_add_overflow(sizeof(*b), size, &total))
		return false;
	b = malloc(total);
	if (!b)
		return false;

	b->next = a->more;
	a->more = b;
	a->at = b->bytes;
	a->end = b->bytes + size;
	if (a->step < LARGEST_STEP)
		a->step *= 2;
	poison(b->bytes, size);
	return true;
}

static size_t padding(const struct arena *a, size_t align)
{
	return (-(uintptr_t) a->at & (align - 1)) + GAP;
}

/* Every byte comes from here and is charged here. */
static char *take(struct arena *a, size_t len, size_t align)
{
	size_t room = (size_t) (a->end - a->at);
	size_t pad = padding(a, align);
	char *at;

	if (len > a->ceiling - a->used)
		return NULL;
	if (room < pad || room - pad < len) {
		if (!add_block(a, len))
			return NULL;
		pad = padding(a, align);
	}

	at = a->at + pad;
	a->at = at + len;
	a->used += len;
	unpoison(at, len);
	return at;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t len;
	char *at;

	if (__builtin_mul_overflow(count, size, &len))
		return NULL;
	at = take(a, len, ALIGN);
	return at ? memset(at, 0, len) : NULL;
}

void *arena_grow(struct arena *a, void **items, size_t count, size_t size)
{
	/* The room is 4, 8, 16... items, so nobody needs to remember it: it is full at just these
	 * counts. */
	if (count == 0 || (count >= FIRST_ITEMS && (count & (count - 1)) == 0)) {
		void *more = arena_alloc(a, count > 0 ? 2 * count : FIRST_ITEMS, size);

		if (!more)
			return NULL;
		if (count > 0)
			memcpy(more, *items, count * size);
		*items = more;
	}
	return (char *) *items + count * size;
}

int arena_append(struct arena *a, void **items, size_t *count, const void *item, size_t size)
{
	void *slot = arena_grow(a, items, *count, size);

	if (!slot)
		return -ENOMEM;
	memcpy(slot, item, size);
	++*count;
	return 0;
}

char *arena_bytes(struct arena *a, size_t len)
{
	return take(a, len, BYTES_ALIGN);
}

void arena_trim(struct arena *a, char *latest, size_t given, size_t used)
{
	assert(latest + given == a->at && used <= given);

	a->at = latest + used;
	a->used -= given - used;
	poison(a->at, given - used);
}

char *arena_extend(struct arena *a, char *block, size_t len, size_t wanted)
{
	char *copy;

	assert(wanted >= len);

	if (block && block + len == a->at && wanted - len <= (size_t) (a->end - a->at)) {
		if (wanted - len > a->ceiling - a->used)
			return NULL;
		a->at += wanted - len;
		a->used += wanted - len;
		unpoison(block, wanted);
		return block;
	}

	copy = arena_bytes(a, wanted);
	if (copy && len > 0)
		memcpy(copy, block, len);
	return copy;
}

int arena_copy(struct arena *a, struct slice s, struct slice *ret)
{
	char *copy = arena_bytes(a, s.len + 1);

	if (!copy)
		return -ENOMEM;
	if (s.len > 0)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';

	*ret = (struct slice){ copy, s.len };
	return 0;
}

/*
 * No fewer bytes than the text will have, or 0 for a format with other conversions than those that
 * long texts are made with.
 */
static size_t printed_most(const char *fmt, va_list args)
{
	size_t most = strlen(fmt);

	for (fmt = strchr(fmt, '%'); fmt; fmt = strchr(fmt, '%')) {
		if (strncmp(fmt, "%.*s", 4) == 0) {
			most += (size_t) va_arg(args, int);
			(void) va_arg(args, const char *);
			fmt += 4;
		} else if (fmt[1] == 's') {
			most += strlen(va_arg(args, const char *));
			fmt += 2;
		} else if (fmt[1] == 'u' || fmt[1] == 'd' || fmt[1] == 'c') {
			most += 3 * sizeof(int);
			(void) va_arg(args, int);
			fmt += 2;
		} else {
			return 0;
		}
	}
	return most;
}

/*
 * Once a text does not fit its room, vsnprintf only counts, and takes ten times as long for each
 * byte as it takes to copy it.
 */
static int print_long(struct arena *a, size_t most, struct slice *ret, const char *fmt,
		      va_list args) __attribute__((format(printf, 4, 0)));

static int print_long(struct arena *a, size_t most, struct slice *ret, const char *fmt,
		      va_list args)
{
	char *text = arena_bytes(a, most + 1);
	int len = text ? vsnprintf(text, most + 1, fmt, args) : -1;

	if (len < 0)
		return -ENOMEM;
	arena_trim(a, text, most + 1, (size_t) len + 1);
	*ret = (struct slice){ text, (size_t) len };
	return 0;
}

int arena_vprintf(struct arena *a, struct slice *ret, const char *fmt, va_list args)
{
	char line[PRINTED];
	va_list again;
	char *text;
	size_t most;
	int len;

	va_copy(again, args);
	most = printed_most(fmt, again);
	va_end(again);
	if (most >= sizeof(line))
		return print_long(a, most, ret, fmt, args);

	/* Most texts are a line; those are formatted once. */
	va_copy(again, args);
	len = vsnprintf(line, sizeof(line), fmt, again);
	va_end(again);
	if (len < 0)
		return -ENOMEM;
	text = arena_bytes(a, (size_t) len + 1);
	if (!text)
		return -ENOMEM;
	if ((size_t) len < sizeof(line))
		memcpy(text, line, (size_t) len + 1);
	else
		vsnprintf(text, (size_t) len + 1, fmt, args);

	*ret = (struct slice){ text, (size_t) len };
	return 0;
}

int arena_printf(struct arena *a, struct slice *ret, const char *fmt, ...)
{
	va_list args;
	int r;

	va_start(args, fmt);
	r = arena_vprintf(a, ret, fmt, args);
	va_end(args);
	return r;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
