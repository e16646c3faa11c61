#include "docker/base64.h"

#include <errno.h>
#include <nettle/base64.h>

#include "base/arena.h"
#include "base/diag.h"

/* nettle alone would also take blanks and a missing end. */
int base64_read(struct arena *a, struct slice text, struct slice *ret)
{
	struct base64_decode_ctx ctx;
	size_t room = BASE64_DECODE_LENGTH(text.len), len = room;
	size_t padding = slice_ends(text, SLICE("==")) ? 2 : slice_ends(text, SLICE("="));
	char *bytes = arena_bytes(a, room + 1);

	if (!bytes)
		return -ENOMEM;
	base64_decode_init(&ctx);
	if (text.len % 4 != 0 ||
	    !base64_decode_update(&ctx, &len, (uint8_t *) bytes, text.len, text.ptr) ||
	    !base64_decode_final(&ctx) || len != text.len / 4 * 3 - padding)
		return BAD_INPUT;
	*ret = (struct slice){ bytes, len };
	return 0;
}

int base64_write(struct arena *a, struct slice bytes, struct slice *ret)
{
	size_t len = BASE64_ENCODE_RAW_LENGTH(bytes.len);
	char *text = arena_bytes(a, len + 1);

	if (!text)
		return -ENOMEM;
	base64_encode_raw(text, bytes.len, (const uint8_t *) bytes.ptr);
	*ret = (struct slice){ text, len };
	return 0;
}
