/* log-tag.h - the template of a log's tag (moby daemon/logger/loggerutils, Go's text/template). */
#pragma once

#include "base/slice.h"

enum log_tag {
	LOG_TAG_PLAIN,  /* text, and fields that hold no control characters */
	LOG_TAG_FIELDS, /* also labels, environment, command: whatever their writer put there */
	LOG_TAG_BREAKS, /* may make a control character by itself: {{"\n"}}, {{printf "%c" 10}} */
};

/* Control characters of the text itself are the caller's to look for. */
enum log_tag log_tag_read(struct slice text);
