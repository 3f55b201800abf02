#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Generated lock programs, and what lockdep has said to each: see
# tests/lock-programs/.  usage: lockprog.sh [NUMBER]
. ./lib.sh
prefix="lock programs: "

head -n "${1:-50}" expected >/tmp/expected
cut -d'|' -f1,2 /tmp/expected >/tmp/listed
cut -d'|' -f1,3 /tmp/expected >/tmp/answers
./ours.sh /tmp/listed >/tmp/verdicts 2>/tmp/complaint
if [ "$(wc -l </tmp/verdicts)" -eq "$(wc -l </tmp/listed)" ]; then
	ok "each has a verdict"
else
	not_ok "each has a verdict" /tmp/complaint
fi
kernel=stock
[ ! -e /sys/kernel/realtime ] || kernel=stock-rt
if awk -v kernel=$kernel -f compare.awk /tmp/listed /tmp/answers /tmp/verdicts >/tmp/differences; then
	ok "as lockdep, or for a reason"
else
	grep '^[0-9]*|bug' /tmp/differences >/tmp/bugs
	not_ok "as lockdep, or for a reason" /tmp/bugs
fi
grep '^#' /tmp/differences
plan
