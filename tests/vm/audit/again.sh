#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs that follow each other at once: what a run leaves to a process of its own
# disturbs nobody, and ends.
# usage: again.sh BACKEND
. ./lib.sh
prefix="again, $1: "
check="iommu-group check --backend $1 -j --settle 1"
[ "$1" != kprobe ] || check="iommu-group refs --backend $1 -j --settle 1"
leak="insmod ig_leak.ko device=$SINGLE heal=1"

# left: processes of iommu-group
left() {
	grep -l '^iommu-group$' /proc/[0-9]*/comm 2>/dev/null | cut -d/ -f3
}

# nothing_left NAME: after a while
nothing_left() {
	for second in $(seq 60); do
		[ -n "$(left)" ] || break
		sleep 1
	done
	if [ -z "$(left)" ]; then
		ok "$1: no process is left"
	else
		not_ok "$1: no process is left"
	fi
	traced=/sys/kernel/tracing/enabled_functions
	[ -e $traced ] || mount -t tracefs none /sys/kernel/tracing 2>/dev/null
	if [ ! -e $traced ]; then
		skip "$1: no probe is left" "no $traced here"
	elif grep -q -e iommu_group_attr_show -e mutex_unlock $traced; then
		not_ok "$1: no probe is left" $traced
	else
		ok "$1: no probe is left"
	fi
}

# What keeps the probes must keep nothing else.
exec 9>/tmp/inherited
$check -o $out -- true 2>$err
pids=$(left)
for pid in $pids; do
	ls -l /proc/$pid/fd 2>/dev/null
done >/tmp/fds
exec 9>&-
lacks "no file of others is kept" /tmp/fds -e /tmp/inherited -e pipe: -e console -e ttyS
# As one that is detached at once does on some kernels, it may be gone already.
for pid in $pids; do
	[ ! -e /proc/$pid/stat ] || cut -d' ' -f5,6 /proc/$pid/stat
done | awk -v of=$$ '$1 == of || $2 == of' >/tmp/sessions
lacks "it has a session of its own" /tmp/sessions .

# The first run's programs are still there.
expect_clean "clean right after another: exit status" $check -- true
json_is "clean right after another: nothing lost" losses '{ }'
expect 2 "leak right after another: exit status" $check -- $leak
json_is "leak right after another: rule" findings.0.rule ref-leak
json_has "leak right after another: function" findings.0.stack '^ig_leak_success+0x'
rmmod ig_leak
expect_clean "clean right after a leak: exit status" $check -- true

expect 0 "list right after another: exit status" iommu-group list
nothing_left "after four runs"

expect_clean "--wait: exit status" $check --wait -- true
if [ -z "$(left)" ]; then
	ok "--wait: no process is left"
else
	not_ok "--wait: no process is left"
fi

# killed NAME WHEN: SIGKILL, WHEN seconds after the workload's end
killed() {
	rm -f /tmp/over
	$check -o $out -- sh -c 'sleep 1; touch /tmp/over' 2>$err &
	pid=$!
	while [ ! -e /tmp/over ] && kill -0 $pid; do usleep 20000; done
	usleep $2
	kill -KILL $pid $(left) 2>/dev/null
	wait $pid 2>/dev/null
	nothing_left "$1"
}

killed "killed while it settles" 0
killed "killed about when it ends" 400000
killed "killed when it has ended" 1500000
plan
