#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# check --suite: one load, many workloads, a verdict for each.
# usage: suite.sh BACKEND
. ./lib.sh
prefix="suite, $1: "
suite="iommu-group check --backend $1 --settle 1"

cat >/tmp/suite <<END
# a comment

first, clean: true
leaks: insmod ig_leak.ko device=$SINGLE heal=1 count=2
  does nothing after a leak:   echo said; true
fails: exit 3
removes the module: rmmod ig_leak
locks the wrong way: insmod ig_inversion.ko device=$SINGLE mode=abba
between: rmmod ig_inversion; echo 1 >/sys/bus/pci/devices/$CLEAN/remove; echo 1 >/sys/bus/pci/rescan
drops too many: insmod ig_overput.ko device=$SHARED; rmmod ig_overput
leaks again: insmod ig_leak.ko device=$SINGLE heal=1; sleep 0.1
last, clean: insmod ig_balanced.ko device=$OTHER rounds=3 && rmmod ig_balanced
END
expect 2 "exit status is the worst" $suite -j --suite /tmp/suite
json_is "all workloads" suite.# 10
json_is "verdict of all" verdict findings
json_is "name" suite.0.name "first, clean"
json_is "clean" suite.0.verdict clean
json_is "leak: verdict" suite.1.verdict findings
json_is "leak: rule" suite.1.findings.0.rule ref-leak
json_is "leak: how many" suite.1.findings.0.count 2
json_has "leak: function" suite.1.findings.0.stack '^ig_leak_success+0x'
json_is "after a leak: verdict" suite.2.verdict clean
json_is "after a leak: name" suite.2.name "does nothing after a leak"
holds "the output of a workload" $err '^said$'
json_is "failed workload: verdict" suite.3.verdict clean
json_is "failed workload: status" suite.3.workload.status 3
json_is "inversion: rule" suite.5.findings.0.rule lock-cycle
json_is "after an inversion: findings" suite.6.findings.# 0
json_is "put too many: rule" suite.7.findings.0.rule ref-underflow
json_is "the second leak: rule" suite.8.findings.0.rule ref-leak
json_is "the second leak: how many" suite.8.findings.0.count 1
json_has "the second leak: function" suite.8.findings.0.stack '^ig_leak_success+0x'
json_is "last: findings" suite.9.findings.# 0
for i in 0 1 2 3 4 5 6 7 8 9; do
	./jsonq $out suite.$i.losses
done | grep -v '^{ }$' >/tmp/lost
lacks "nothing lost" /tmp/lost -v -e lock_missed -e older_dropped
rmmod ig_leak

printf 'one: true\ntwo: exit 1\n' >/tmp/suite
expect 4 "a workload that fails: exit status" $suite --suite /tmp/suite -f junit
holds "JUnit: a suite for each" $out '<testsuite name="two"'
holds "JUnit: whose case" $out 'classname="iommu-group.check.two" name="workload"'
expect 4 "KTAP: exit status" $suite --suite /tmp/suite -f ktap
holds "KTAP: good one" $out '^ok 1 one$'
holds "KTAP: bad one" $out '^not ok 2 two$'
holds "KTAP: subtest" $out '^  not ok [0-9]* workload$'
expect 4 "text: exit status" $suite --suite /tmp/suite
holds "text: a line for each" $out '^clean  *two (.*status 1'

# How signals are is not changed by the workloads before.
signals() { # FILE
	echo "grep -e SigBlk -e SigIgn /proc/self/status >$1"
}
printf 'one: %s\ntwo: %s\n' "$(signals /tmp/one)" "$(signals /tmp/two)" >/tmp/suite
expect_clean "signals: exit status" $suite -j --suite /tmp/suite
if cmp -s /tmp/one /tmp/two && grep -q 'SigBlk:[[:space:]]*0*$' /tmp/two; then
	ok "signals: as for the first"
else
	not_ok "signals: as for the first" /tmp/one /tmp/two
fi

printf 'stays: sleep 1001 &\nthen: true\nat last: sleep 0.1\n' >/tmp/suite
expect 3 "what an earlier one leaves running: exit status" $suite --settle 0 -j \
	--suite /tmp/suite
json_has "what an earlier one leaves running: said then" \
	suite.0.losses.workload_running.reason 'ran at the end: sleep'
json_has "what an earlier one leaves running: said later" \
	suite.2.losses.workload_running.reason 'earlier workload .*: sleep'
kill $(grep -l "^sleep.1001" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3)

printf 'one: touch /tmp/first; sleep 1002\ntwo: touch /tmp/second\n' >/tmp/suite
rm -f /tmp/first /tmp/second
$suite -j --suite /tmp/suite >$out 2>$err </dev/null &
pid=$!
while [ ! -e /tmp/first ] && kill -0 $pid; do usleep 100000; done
kill -TERM $pid
wait $pid
got=$?
[ $got -eq 3 ] && ok "a signal ends it: exit status" ||
	not_ok "a signal ends it: exit status $got" $out $err
json_is "a signal ends it: what is left out" suite.1.losses.not_run.count 1
[ -e /tmp/second ] && not_ok "a signal ends it: not run" || ok "a signal ends it: not run"

# Nothing runs of a file that is wrong.
bad() { # NAME PATTERN TEXT
	printf "first: touch /tmp/ran\n$3" >/tmp/suite
	rm -f /tmp/ran
	fails "$1" "$2" $suite --suite /tmp/suite
	[ -e /tmp/ran ] && not_ok "$1: nothing has run" || ok "$1: nothing has run"
}
bad "no colon" 'line 2 is not' 'just a command\n'
bad "no name" 'line 2 has no name' ': true\n'
bad "no command" "line 3 has no command for 'x'" '\nx:\n'
bad "a name twice" "line 2 has the name 'first'" 'first: true\n'
echo '# nothing' >/tmp/suite
fails "no workload" 'names no workload' $suite --suite /tmp/suite
fails "no file" 'cannot read /tmp/nowhere' $suite --suite /tmp/nowhere
fails "a folder" 'cannot read /tmp' $suite --suite /tmp
fails "a workload besides" 'leave out .true' $suite --suite /tmp/suite -- true
fails "another command" 'suite is for check' iommu-group refs --suite /tmp/suite
plan
