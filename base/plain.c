#include "base/plain.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Every machine that we know computes sixteen bytes at once; the compiler knows how. */
enum { STRIDE = 16 };
typedef int8_t vector __attribute__((vector_size(STRIDE)));

/* How many plain bytes the STRIDE bytes at `p` begin with. */
static size_t plain_in_stride(const char *p)
{
	uint64_t halves[2];
	vector v, other;

	memcpy(&v, p, sizeof(v));
	/* Bytes from 0x80 on are negative here, and so below 0x20 like the control bytes. */
	other = (vector) ((v < 0x20) | (v == 0x7f) | (v == '"') | (v == '\\'));
	memcpy(halves, &other, sizeof(halves));

	if (halves[0] != 0)
		return (size_t) __builtin_ctzll(le64toh(halves[0])) / 8;
	if (halves[1] != 0)
		return 8 + (size_t) __builtin_ctzll(le64toh(halves[1])) / 8;
	return STRIDE;
}

size_t plain_run(struct slice s)
{
	size_t i = 0, step = STRIDE;
	char rest[STRIDE] = { 0 };

	while (step == STRIDE && s.len - i >= STRIDE) {
		step = plain_in_stride(s.ptr + i);
		i += step;
	}
	if (step < STRIDE || i == s.len)
		return i;
	/* NUL is not plain, so the run ends where the text does. */
	memcpy(rest, s.ptr + i, s.len - i);
	return i + plain_in_stride(rest);
}
