/* setting.h - what a caller can type to make a request another one; spelled in setting.def. */
#pragma once

enum setting {
#define SETTING(name, run, service, compose, stack) SETTING_##name,
#include "policy/setting.def"
#undef SETTING
	SETTING_COUNT
};
