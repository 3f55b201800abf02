# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the test drivers on the host share.  Sourced.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tally=${TALLY:-$(mktemp)}
export TALLY=$tally

# tap NAME COMMAND...: run COMMAND, show its TAP, and note it for the count.
# A run that ends without its plan, or with a status, is one failure more.
tap() {
	local name=$1 log status=0 began=$SECONDS
	shift
	log=$(mktemp)
	echo "# $name"
	"$@" >"$log.tap" 2>"$log" </dev/null || status=$?
	sed "s|^\(not \)\{0,1\}ok [0-9]* -|& $name:|" "$log.tap" | tee -a "$tally"
	if [ "$status" -ne 0 ] || ! grep -q '^1\.\.[0-9]' "$log.tap"; then
		echo "not ok - $name: ended with status $status" |
			tee -a "$tally"
		tail -n 60 "$log" | sed 's/^/# /'
	fi
	echo "# $name: took $((SECONDS - began)) s"
	rm -f "$log" "$log.tap"
}

# count_up: the closing line; fails when a test failed or none ran.
count_up() {
	local failed skipped passed
	failed=$(grep -c '^not ok' "$tally")
	skipped=$(grep -c '^ok .*# SKIP' "$tally")
	passed=$(($(grep -c '^ok' "$tally") - skipped))
	grep '^not ok' "$tally" | sed 's/^/# failed: /'
	rm -f "$tally"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
