#include <string.h>

#include "app/appimage.h"
#include "app/commands.h"
#include "filesystem/filesystem.h"
#include "image/content.h"
#include "system/confine.h"
#include "system/output.h"
#include "system/report.h"
#include "system/sha256.h"

enum { VERIFIED = 0, DIFFERENT = 1, NOTHING_EMBEDDED = 3 };

int command_verify(char **arguments, char *called_as)
{
	(void)arguments, (void)called_as;
	struct appimage app;
	uint8_t embedded[PAYLOAD_DIGEST_SIZE], found[PAYLOAD_DIGEST_SIZE];
	char name[2 * SHA256_SIZE + 1];
	struct image_extent extent;
	const char *why = "";
	appimage_open(&app);
	bool any = section_payload_digest(&app.image, embedded);
	confine_reader();
	/* Nothing but its length is needed of the payload: of a damaged one, more could not be read. */
	int error = filesystem_extent(&app.image, &extent, &why);
	if (error && any) {
		report("the payload of %s is damaged: %s", app.path, why);
		return DIFFERENT;
	}
	if (!error) {
		why = "";
		error = content_digest(&app.image, &extent, NULL, found);
	}
	if (error)
		report_fatal("cannot read the payload of %s: %s", app.path, *why ? why : strerror(-error));
	sha256_name(found, name, 2 * SHA256_SIZE);
	if (!any) {
		output("sha256 %s\n", name);
		output_finish();
		report("cannot verify %s: no digest of the payload is embedded in it", app.path);
		return NOTHING_EMBEDDED;
	}
	if (memcmp(embedded, found, sizeof(found)) == 0) {
		output("sha256 %s: the payload is as it was built\n", name);
		return VERIFIED;
	}
	char expected[2 * SHA256_SIZE + 1];
	sha256_name(embedded, expected, 2 * SHA256_SIZE);
	report("the payload of %s is damaged or was changed: its sha256 is %s, and %s is embedded", app.path, name, expected);
	return DIFFERENT;
}
