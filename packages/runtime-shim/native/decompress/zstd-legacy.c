/*
 * The distribution's libzstd also decodes the formats from before zstd 1.0. SquashFS never stored those, so their decoders
 * would be 100 KiB of code that only a hostile image can reach. Defining what the library's dispatcher refers to keeps them
 * out of the program. Nothing but the first two functions is ever called: a context that cannot be made is an error that the
 * dispatcher knows.
 */
#include <stddef.h>
#include <zstd.h>
#include <zstd_errors.h>

#define UNSUPPORTED ((size_t)-ZSTD_error_version_unsupported)
#define NEVER_CALLED(name) \
	size_t name(void) \
	{ \
		return UNSUPPORTED; \
	}

#define WITHOUT_VERSION(version) \
	void *ZSTD##version##_createDCtx(void) \
	{ \
		return NULL; \
	} \
	void ZSTD##version##_findFrameSizeInfoLegacy(const void *from, size_t size, size_t *stored, unsigned long long *bound) \
	{ \
		(void)from, (void)size; \
		*stored = UNSUPPORTED; \
		*bound = ZSTD_CONTENTSIZE_ERROR; \
	} \
	NEVER_CALLED(ZSTD##version##_freeDCtx) \
	NEVER_CALLED(ZSTD##version##_decompress_usingDict) \
	NEVER_CALLED(ZSTD##version##_getFrameParams) \
	NEVER_CALLED(ZBUFF##version##_createDCtx) \
	NEVER_CALLED(ZBUFF##version##_freeDCtx) \
	NEVER_CALLED(ZBUFF##version##_decompressInitDictionary) \
	NEVER_CALLED(ZBUFF##version##_decompressContinue)

WITHOUT_VERSION(v05)
WITHOUT_VERSION(v06)
WITHOUT_VERSION(v07)
