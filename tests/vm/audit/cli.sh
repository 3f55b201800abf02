#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What bad input gets: one line on stderr, the documented status.
. ./lib.sh
prefix="cli: "

# The one function that every backend hooks.
attached() {
	grep -q '^iommu_group_attr_show ' /sys/kernel/tracing/enabled_functions
}

best=fentry
[ ! -d /sys/kernel/tracing/events/iommu_group ] || best=tracepoint

expect 0 "help" iommu-group --help
holds "help: commands" $out '^  check  '
expect 0 "version" iommu-group --version
holds "version: is one" $out '^iommu-group [0-9]'
fails "no command" 'no command' iommu-group
fails "unknown command" "unknown command 'lis'" iommu-group lis
fails "unknown option" "unknown option '--colour'" iommu-group check --colour
fails "value missing" "needs a value" iommu-group list -o
fails "bad number" 'takes a number' iommu-group check -d soon -- true
fails "unknown backend" 'unknown backend' iommu-group list --backend ptrace
fails "no such group" 'no group 4000' iommu-group list -g 4000
fails "no such group to check" 'no group 4000' \
	iommu-group check -g 4000 -- touch /tmp/ran
fails "workload not found" "workload './nothing' not found" \
	iommu-group check -- ./nothing
fails "nothing to check" 'needs a workload' iommu-group check
fails "output not writable" 'cannot write /nowhere/report' \
	iommu-group check -o /nowhere/report -- touch /tmp/ran
[ -e /tmp/ran ] && not_ok "output not writable: workload not run" ||
	ok "output not writable: workload not run"
fails "no capabilities" 'CAP_BPF, CAP_PERFMON' as_nobody iommu-group list
[ $best = tracepoint ] || fails "no such tracepoints" 'no iommu_group tracepoints' \
	iommu-group list --backend tracepoint
expect 1 "errors in JSON" iommu-group check -j -- ./nothing
json_has "errors in JSON: one document" error "not found"

mount -t tmpfs none /sys/kernel/btf
fails "no BTF" 'CONFIG_DEBUG_INFO_BTF' iommu-group list
umount /sys/kernel/btf

expect_clean "auto backend" iommu-group check -j -- true
json_is "auto backend: the best there is" backend $best
lacks "auto backend: nothing passed over" $err 'warning'
expect 0 "report to a file" iommu-group check -f junit -o /tmp/junit -- true
holds "report to a file: JUnit" /tmp/junit '<testsuite'
expect_clean "workload that prints" iommu-group check -j -- echo hello
json_is "workload that prints: the document is whole" verdict clean
holds "workload that prints: on stderr" $err '^hello$'
expect 0 "KTAP" iommu-group check -f ktap -- true
holds "KTAP: version" $out '^KTAP version 1'

# What an earlier run has left to be detached is not this one's.
gone() {
	while attached; do usleep 100000; done
}

# Ctrl-C: the report so far.
gone
iommu-group check -j -d 100 >$out 2>$err &
pid=$!
while ! attached; do usleep 100000; done
# A shell starts what is in the background with SIGINT ignored, until it is waited for.
sleep 3
kill -INT $pid
wait $pid
status=$?
[ $status -eq 0 ] && ok "interrupted: exit status" ||
	not_ok "interrupted: exit status ($status)" $out $err
json_is "interrupted: report" verdict clean

# Signals reach the workload.
rm -f /tmp/begun
iommu-group check -j -- sh -c 'trap "exit 7" TERM; : >/tmp/begun; while :; do usleep 100000; done' >$out 2>$err &
pid=$!
while [ ! -e /tmp/begun ]; do usleep 100000; done
kill -TERM $pid
wait $pid
status=$?
[ $status -eq 4 ] && ok "signal passed on" ||
	not_ok "signal passed on ($status)" $out $err
json_is "signal passed on: workload's status" workload.status 7

# SIGKILL leaves nothing behind.
gone
iommu-group check -d 100 >$out 2>$err &
pid=$!
while ! attached; do usleep 100000; done
kill -KILL $pid
wait $pid 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
	attached || break
	usleep 500000
done
attached && not_ok "SIGKILL leaves nothing attached" ||
	ok "SIGKILL leaves nothing attached"
plan
