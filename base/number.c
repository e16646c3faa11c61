#include "base/number.h"

static bool push_digit(uint64_t *value, char c)
{
	return c >= '0' && c <= '9' && !__builtin_mul_overflow(*value, 10u, value) &&
	       !__builtin_add_overflow(*value, (unsigned) (c - '0'), value);
}

bool number_u64(struct slice s, uint64_t *ret)
{
	uint64_t value = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!push_digit(&value, s.ptr[i]))
			return false;
	}

	*ret = value;
	return true;
}

bool number_i64(struct slice s, int64_t *ret)
{
	bool negative = slice_starts(s, SLICE("-"));
	uint64_t magnitude;
	int64_t value;
	bool overflow;

	if (!number_u64(slice_from(s, negative), &magnitude))
		return false;

	/* Negated in the checked step, since INT64_MIN has no positive twin. */
	overflow = negative ? __builtin_sub_overflow(0, magnitude, &value)
			    : __builtin_add_overflow(0, magnitude, &value);
	if (overflow)
		return false;

	*ret = value;
	return true;
}

static bool unit_shift(char unit, unsigned *ret)
{
	switch (unit) {
	case 'k':
	case 'K':
		*ret = 10;
		return true;
	case 'm':
	case 'M':
		*ret = 20;
		return true;
	case 'g':
	case 'G':
		*ret = 30;
		return true;
	case 't':
	case 'T':
		*ret = 40;
		return true;
	default:
		return false;
	}
}

bool number_size(struct slice s, uint64_t *ret)
{
	unsigned shift = 0;
	uint64_t value, bytes;

	if (s.len > 0 && (s.ptr[s.len - 1] == 'b' || s.ptr[s.len - 1] == 'B'))
		s.len--;
	if (s.len > 0 && unit_shift(s.ptr[s.len - 1], &shift))
		s.len--;
	if (!number_u64(s, &value) || __builtin_mul_overflow(value, UINT64_C(1) << shift, &bytes))
		return false;

	*ret = bytes;
	return true;
}
