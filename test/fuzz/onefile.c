/*
 * onefile.c - runs a fuzz target over files, or over all files of directories, without libFuzzer.
 *
 * Each path is printed before it is run, so the last one names the input that ended the process.
 */
#include <dirent.h>
#include <sys/stat.h>

#include "fuzz.h"

/* In memory of its exact size, so that AddressSanitizer sees a read behind the end. */
static bool run(const char *path, size_t size)
{
	FILE *file = fopen(path, "re");
	uint8_t *data = malloc(size > 0 ? size : 1);
	bool read = file && data && fread(data, 1, size, file) == size;

	if (read) {
		fprintf(stderr, "%s\n", path);
		LLVMFuzzerTestOneInput(data, size);
	}
	free(data);
	if (file)
		fclose(file);
	return read;
}

static bool run_path(const char *path, size_t *inputs);

static bool run_folder(const char *path, size_t *inputs)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	bool fine = count >= 0;

	for (int i = 0; i < count; i++) {
		char *inner;

		if (entries[i]->d_name[0] != '.') {
			MUST(asprintf(&inner, "%s/%s", path, entries[i]->d_name) >= 0);
			fine = run_path(inner, inputs) && fine;
			free(inner);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return fine;
}

static bool run_path(const char *path, size_t *inputs)
{
	struct stat status;
	bool fine = stat(path, &status) == 0;

	if (fine && S_ISDIR(status.st_mode))
		return run_folder(path, inputs);
	fine = fine && run(path, (size_t) status.st_size);
	if (!fine)
		perror(path);
	*inputs += fine;
	return fine;
}

int main(int argc, char **argv)
{
	size_t inputs = 0;
	bool fine = true;

	for (int i = 1; i < argc; i++)
		fine = run_path(argv[i], &inputs) && fine;
	printf("%zu inputs replayed\n", inputs);
	return fine && inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
