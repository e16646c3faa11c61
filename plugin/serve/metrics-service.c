#include "serve/metrics-service.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin/admin.h"
#include "base/diag.h"
#include "cmd/cmd.h"
#include "http/endpoint.h"
#include "log/log.h"
#include "metrics/metrics.h"
#include "service/door.h"

int metrics_service_read(const char *command, const char *text, struct metrics_service *ret)
{
	const char *wrong = listen_read_address(text, &ret->address);

	if (wrong)
		return cmd_usage(command,
				 "--metrics must be 127.0.0.1:PORT, [::1]:PORT or the path of a "
				 "unix socket, not '%s': %s",
				 text, wrong);
	ret->text = text;
	return 0;
}

int metrics_service_open(struct metrics_service *w, unsigned workers)
{
	OWN(diags) d = diags_new();
	int r;

	if (!w->text)
		return 0;
	w->metrics = metrics_new(workers);
	r = d && w->metrics ? listen_metrics(w->text, &w->address, &w->claim, &w->listener, d)
			    : -ENOMEM;
	if (d)
		diags_print(d, stderr);
	if (r < 0)
		log_error("cannot listen on %s: %s", w->text, strerror(-r));
	w->listens = r == 0;
	return r;
}

int metrics_service_start(struct metrics_service *w, const struct service *service,
			  struct reload *reload, const struct door *door)
{
	const struct pages_subject subject = { &w->source, w->metrics };
	int r;

	if (!w->text)
		return 0;
	w->source = (struct status_source){
		.started = time(NULL),
		.policies = service->policies,
		.reload = reload,
		.log = service->log,
		.recording = service->recording,
		.door = door,
		.asker = service->asker,
	};
	r = admin_start(w->listener, &subject, &w->admin);
	if (r < 0) {
		log_error("cannot serve metrics on %s: %s", w->text, strerror(-r));
		return r;
	}
	w->listens = false;
	log_info("metrics are on %s", w->text);
	return 0;
}

static void remove_path(struct metrics_service *w)
{
	if (w->address.path)
		listen_release(&w->claim);
}

void metrics_service_stop(struct metrics_service *w)
{
	if (!w->admin)
		return;
	remove_path(w);
	admin_stop(w->admin);
	w->admin = NULL;
}

void metrics_service_end(struct metrics_service *w)
{
	if (w->listens) {
		remove_path(w);
		close(w->listener);
		w->listens = false;
	}
	metrics_free(w->metrics);
	w->metrics = NULL;
}
