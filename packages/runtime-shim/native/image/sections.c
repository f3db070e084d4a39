/*
 * Room that tools fill in after the build: update information, signature, key and digest. The names and sizes are those that
 * existing tools look for.
 */
#include <stdint.h>

#define RESERVED(name) __attribute__((used, retain, section(name), aligned(1)))

RESERVED(".upd_info") static const uint8_t update_information[1024];
RESERVED(".sha256_sig") static const uint8_t signature[1024];
RESERVED(".sig_key") static const uint8_t signing_key[8192];
RESERVED(".digest_md5") static const uint8_t digest[16];
