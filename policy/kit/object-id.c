#include "policy/object-id.h"

enum {
	HOST_ID = 64,  /* moby pkg/stringid, which writes small letters */
	SWARM_ID = 25, /* swarmkit identity.NewID, the same */
};

static bool is_digits(struct slice word, size_t most, char last_letter)
{
	if (word.len == 0 || word.len > most)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= last_letter))
			return false;
	}
	return true;
}

bool object_id_possible(struct slice word, enum object_home home)
{
	return is_digits(word, HOST_ID, 'f') ||
	       (home == OBJECT_OF_SWARM && is_digits(word, SWARM_ID, 'z'));
}
