// SPDX-License-Identifier: GPL-2.0
/* The choice of a format, and what the formats share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "audit/report_parts.h"

/* When a rule is checked. */
enum when {
	REFS, /* unless locks alone were audited */
	NOTIFIERS, /* that, with the tracepoints of a patched kernel */
	DISPATCH, /* with those */
	LOCKS, /* when locks were audited */
	HOLDS, /* and how long they are held */
};

static const struct rule {
	const char *name;
	enum when when;
} all_rules[IG_RULES] = {
	{ "ref-leak", REFS },
	{ "zombie-group", REFS },
	{ "ref-underflow", REFS },
	{ "use-after-release", REFS },
	{ "device-unbalanced", REFS },
	{ "attach-unbalanced", REFS },
	{ "notifier-unbalanced", NOTIFIERS },
	{ "held-across-notifier", DISPATCH },
	{ "lock-cycle", LOCKS },
	{ "lock-recursion", LOCKS },
	{ "group-lock-nesting", LOCKS },
	{ "held-on-exit", LOCKS },
	{ "held-too-long", HOLDS },
};

size_t ig_rules(const struct ig_report *report, const char **rules)
{
	const struct ig_run *run = report->run;
	const bool checked[] = {
		[REFS] = !run->locks_only,
		[NOTIFIERS] = !run->locks_only && run->exact,
		[DISPATCH] = run->exact,
		[LOCKS] = report->locks,
		[HOLDS] = report->locks && report->long_holds,
	};
	size_t i, n = 0;

	/* What was caught in the act is shown in any case. */
	for (i = 0; i < IG_RULES; i++)
		if (checked[all_rules[i].when] ||
		    ig_rule_findings(report->result, all_rules[i].name))
			rules[n++] = all_rules[i].name;
	return n;
}

static int (*const writers[])(FILE *out, const struct ig_report *report) = {
	[IG_FORMAT_TEXT] = ig_report_text,
	[IG_FORMAT_JSON] = ig_report_json,
	[IG_FORMAT_JUNIT] = ig_report_junit,
	[IG_FORMAT_KTAP] = ig_report_ktap,
};

int ig_report_write(FILE *out, enum ig_format format,
		    const struct ig_report *report)
{
	int err;

	errno = 0;
	err = writers[format](out, report);
	if (err)
		return err;
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}

const char *ig_verdict_name(enum ig_verdict verdict)
{
	switch (verdict) {
	case IG_CLEAN:
		return "clean";
	case IG_FINDINGS:
		return "findings";
	case IG_INCONCLUSIVE:
		break;
	}
	return "inconclusive";
}

bool ig_workload_bad(const struct ig_report *report)
{
	return report->has_workload && report->workload_status;
}

const char *ig_workload_words(char *buf, const struct ig_report *report)
{
	int status = report->workload_status;

	if (!report->has_workload)
		snprintf(buf, IG_STATUS_WORDS, "no workload");
	else if (WIFSIGNALED(status))
		snprintf(buf, IG_STATUS_WORDS,
			 "workload killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(buf, IG_STATUS_WORDS, "workload ended with status %d",
			 WEXITSTATUS(status));
	return buf;
}

const struct ig_trace *ig_finding_trace(const struct ig_finding *finding)
{
	if (finding->trace)
		return finding->trace;
	return finding->nsuspects ? finding->suspects[0].trace : NULL;
}

const char *ig_finding_culprit(const struct ig_finding *finding)
{
	return finding->nsuspects ? finding->suspects[0].site->symbol : NULL;
}

size_t ig_rule_findings(const struct ig_result *result, const char *rule)
{
	size_t i, n = 0;

	for (i = 0; i < result->nfindings; i++)
		n += !strcmp(result->findings[i].rule, rule);
	return n;
}

void ig_one_line(FILE *out, const char *text)
{
	char *clean = ig_clean_text(text ?: "?");
	char *c;

	for (c = clean; c && *c; c++)
		fputc((unsigned char)*c < ' ' || *c == 0x7f ? '?' : *c, out);
	free(clean);
}

void ig_print_stack(FILE *out, const char *indent,
		    const struct ig_finding *finding)
{
	const struct ig_trace *trace = ig_finding_trace(finding);
	const char *culprit = ig_finding_culprit(finding);
	size_t i;

	if (!trace || !trace->nframes) {
		if (culprit) {
			fputs(indent, out);
			ig_one_line(out, culprit);
			fputc('\n', out);
		}
		return;
	}
	for (i = 0; i < trace->nframes; i++) {
		fputs(indent, out);
		ig_one_line(out, trace->frames[i]);
		fputc('\n', out);
	}
}

/* Bytes of the UTF-8 character at @s, 0 when it is none. */
static size_t utf8_length(const unsigned char *s)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s < 0x80 ? 1 : *s < 0xe0 ? 2 : *s < 0xf0 ? 3 : 4;
	unsigned int code = n == 1 ? *s : *s & (0x7f >> n);
	size_t i;

	if ((*s >= 0x80 && *s < 0xc2) || *s > 0xf4)
		return 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	/* Not the shortest form, half a surrogate pair, beyond Unicode. */
	if (code < least[n] || (code >= 0xd800 && code < 0xe000) ||
	    code > 0x10ffff)
		return 0;
	return n;
}

char *ig_clean_text(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t n, used = 0;
	char *clean;

	if (!text)
		text = "";
	clean = malloc(3 * strlen(text) + 1);
	if (!clean)
		return NULL;
	while (*text) {
		n = utf8_length((const unsigned char *)text);
		memcpy(clean + used, n ? text : replacement, n ?: 3);
		used += n ?: 3;
		text += n ?: 1;
	}
	clean[used] = 0;
	return clean;
}
