#include "mount/answer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "system/text.h"

/* Two paths and some lines. Notes that do not fit are left out. */
#define ANSWER_MAX 16384

struct message {
	char text[ANSWER_MAX];
	size_t size;
};

static void add(struct message *message, const char *text)
{
	size_t size = strlen(text) + 1;
	if (size > sizeof(message->text) - message->size)
		return;
	memcpy(message->text + message->size, text, size);
	message->size += size;
}

int answer_send(int socket, const struct answer *answer)
{
	struct message message = { .size = 1 };
	message.text[0] = (char)answer->rung;
	add(&message, answer->point ? answer->point : "");
	add(&message, answer->helper ? answer->helper : "");
	for (unsigned long i = 0; i < answer->notes.count; i++)
		add(&message, answer->notes.lines[i]);
	ssize_t sent;
	do {
		sent = send(socket, message.text, message.size, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* The next of the texts, each of which ends with a zero; NULL behind the last one. */
static const char *take(const struct message *message, size_t *at)
{
	if (*at >= message->size)
		return NULL;
	const char *text = message->text + *at;
	*at += strlen(text) + 1;
	return text;
}

int answer_receive(int socket, struct answer *answer)
{
	struct message message;
	ssize_t received;
	do {
		received = recv(socket, message.text, sizeof(message.text) - 1, 0);
	} while (received < 0 && errno == EINTR);
	if (received <= 0)
		return received ? -errno : -ENODATA;
	message.size = (size_t)received;
	message.text[received] = '\0';
	size_t at = 1;
	const char *point = take(&message, &at), *helper = take(&message, &at), *line;
	*answer = (struct answer){
		.rung = (enum rung)message.text[0],
		.point = point && *point ? text_copy(point) : NULL,
		.helper = helper && *helper ? text_copy(helper) : NULL,
	};
	while ((line = take(&message, &at)))
		note(&answer->notes, "%s", line);
	return 0;
}
