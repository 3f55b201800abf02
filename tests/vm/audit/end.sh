#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A run ends when all of it has ended: descendants of the workload, RCU callbacks,
# queued work.
# usage: end.sh [ROUNDS]
. ./lib.sh
prefix="end: "
rounds=${1:-2}
refs="iommu-group refs -j"

# Processes that spin, two a CPU, so that nothing comes at once.
busy() {
	spinners=
	for cpu in $(grep -o '^processor' /proc/cpuinfo) more; do
		for twice in 1 2; do
			(while :; do :; done) &
			spinners="$spinners $!"
		done
	done
}

quiet() {
	kill $spinners
	wait $spinners 2>/dev/null
}

# late NAME PARAMETER...: found in each round, although insmod has returned before
late() {
	name=$1
	shift
	for round in $(seq $rounds); do
		$refs --settle 0 -- insmod ig_late.ko device=$SINGLE heal=1 "$@" \
			>$out 2>$err </dev/null
		got=$?
		rmmod ig_late
		[ $got -eq 2 ] || break
	done
	if [ $got -eq 2 ]; then
		ok "$name: found in each of $rounds rounds"
	else
		not_ok "$name: exit status $got in round $round" $out $err
	fi
	json_has "$name: function" findings.0.stack '^ig_late_leak+0x'
}

# A second of callbacks before the one that leaks: no pause between two looks is
# as long.
late "RCU callback" mode=rcu
late "RCU callback behind many" mode=rcu before=500 us=2000
late "RCU callback of an RCU callback" mode=rcu_twice before=200 us=2000
late "work after a grace period" mode=rcu_work
busy
late "busy machine, RCU callback behind many" mode=rcu before=300 us=2000
quiet

# Without the kernel's own switch for it: what 6.1 does in any case.
if [ -e /sys/module/rcutree/parameters/do_rcu_barrier ]; then
	mount -t tmpfs none /sys/module/rcutree/parameters
	busy
	late "no do_rcu_barrier: RCU callback behind many" mode=rcu before=300 us=2000
	quiet
	umount /sys/module/rcutree/parameters
fi
# Nor a CPU list, so that nothing is left to try.
mount -t tmpfs none /sys/module/rcutree/parameters
mount -t tmpfs none /sys/devices/system/cpu
expect 3 "no way to wait for callbacks: exit status" $refs --settle 0 -- true
json_is "no way to wait for callbacks: said" losses.rcu_unsettled.count 1
umount /sys/devices/system/cpu
umount /sys/module/rcutree/parameters

# SRCU has queues of its own, which nobody can wait for from outside.
expect 2 "SRCU callback, with --linger: exit status" $refs --settle 0 --linger 1 -- \
	insmod ig_late.ko device=$SINGLE heal=1 mode=srcu
rmmod ig_late
expect 2 "delayed work, with --linger: exit status" $refs --settle 0 --linger 3 -- \
	insmod ig_late.ko device=$SINGLE heal=1 mode=delayed ms=1500
json_has "delayed work, with --linger: function" findings.0.stack '^ig_late_leak+0x'
rmmod ig_late
# It begins when the descendants have ended.
expect 2 "delayed work of a descendant, with --linger: exit status" $refs --settle 9 \
	--linger 2 -- sh -c "(sleep 2; insmod ig_late.ko device=$SINGLE heal=1 mode=delayed ms=1000) &"
rmmod ig_late

# Descendants that end in time are part of the run.
leak="insmod ig_leak.ko device=$SINGLE heal=1"
expect 2 "child that leaks within the time: exit status" $refs --settle 9 -- \
	sh -c "(sleep 1; $leak) & exit 0"
json_has "child that leaks within the time: function" findings.0.stack \
	'^ig_leak_success+0x'
rmmod ig_leak
expect 2 "daemon that leaks within the time: exit status" $refs --settle 9 -- \
	sh -c "setsid sh -c '(sleep 1; $leak) &' & exit 0"
rmmod ig_leak
expect 0 "child that ends within the time: exit status" $refs --settle 9 -- \
	sh -c 'sleep 1 & exit 0'
lacks "child that ends within the time: nothing to say" $err 'still run'

# sleepers SECONDS: the processes that sleep for so long
sleepers() {
	grep -l "^sleep.$1" /proc/[0-9]*/cmdline 2>/dev/null | cut -d/ -f3
}

# gone SECONDS...: ends what a test has left
gone() {
	for seconds; do
		kill $(sleepers $seconds) 2>/dev/null
	done
}

# Those that do not are said.
expect 3 "grandchild that goes on: exit status" $refs --settle 1 -- \
	sh -c '(sleep 1001 & sleep 1002 & wait) & exit 0'
json_has "grandchild that goes on: how many" losses.workload_running.count '^3$'
json_has "grandchild that goes on: which" losses.workload_running.reason \
	'sleep (pid [0-9]*)'
holds "grandchild that goes on: said" $err 'still run: .*sleep (pid [0-9]*)'
lacks "grandchild that goes on: the collector's helper is none" $err iommu-group.*iommu-group
[ -n "$(sleepers 1001)" ] && ok "grandchild that goes on: left alone" ||
	not_ok "grandchild that goes on: left alone"
gone 1001 1002
expect 3 "daemon that goes on: exit status" $refs --settle 1 -- \
	sh -c "setsid sh -c 'sleep 1003 & exit 0' & exit 0"
json_has "daemon that goes on: which" losses.workload_running.reason 'sleep (pid'
gone 1003
expect 0 "--leave-running: exit status" $refs --settle 0 --leave-running -- \
	sh -c 'sleep 1004 & sleep 1'
json_has "--leave-running: said" notes 'left running: sleep (pid'
gone 1004
expect 0 "--leave-running, recorded: exit status" iommu-group record --settle 0 \
	--leave-running -o /tmp/left.json -- sh -c 'sleep 1004 & sleep 1'
gone 1004
expect 0 "--leave-running, report: exit status" iommu-group report -j /tmp/left.json
json_has "--leave-running, report: said" notes 'left running: sleep (pid'
expect 2 "a finding outranks what still runs" $refs --settle 0 -- \
	sh -c "sleep 1005 & $leak"
rmmod ig_leak
gone 1005

# What the shell had started before it became the collector is not the workload's.
expect 0 "older child: exit status" \
	sh -c "sleep 1006 & exec $refs --settle 9 -- sh -c 'sleep 1 & exit 0'"
gone 1006

# -d ends the workload, with its process group if it leads one.
expect 4 "-d and a workload that leads a group: exit status" $refs --settle 3 -d 1 -- \
	setsid sh -c 'sleep 1007; sleep 1007'
expect 3 "-d and a workload that leads none: exit status" $refs --settle 1 -d 1 -- \
	sh -c 'sleep 1008; sleep 1008'
gone 1008

# signalled SETTLE LINGER COMMAND: waits, and ends by SIGTERM with a report
signalled() {
	rm -f /tmp/over
	iommu-group refs -j --settle $1 --linger $2 -- sh -c "$3
		touch /tmp/over" \
		>$out 2>$err &
	pid=$!
	while [ ! -e /tmp/over ] && kill -0 $pid; do usleep 100000; done
	usleep 500000
	kill -TERM $pid
	(sleep 60; kill -KILL $pid) 2>/dev/null &
	watch=$!
	wait $pid
	got=$?
	kill $watch
	wait $watch 2>/dev/null
}

signalled 900 0 'sleep 1009 &'
[ $got -eq 3 ] && ok "signal while it waits: exit status" ||
	not_ok "signal while it waits: exit status $got" $out $err
json_has "signal while it waits: what still runs" \
	losses.workload_running.reason 'sleep (pid'
gone 1009
signalled 0 900 true
[ $got -eq 0 ] && ok "signal while it lingers: exit status" ||
	not_ok "signal while it lingers: exit status $got" $out $err
signalled 900 0 "$leak"
[ $got -eq 2 ] && ok "signal while it settles: exit status" ||
	not_ok "signal while it settles: exit status $got" $out $err
rmmod ig_leak

# A count that never stops moving keeps a verdict from being clean.
insmod ig_late.ko device=$OTHER heal=1 mode=drain before=5000 ms=20
expect 3 "count that moves: exit status" $refs --settle 0 -- true
json_is "count that moves: said" losses.still_moving.count 1
rmmod ig_late
# Others that look a group up do not.
rm -f /tmp/enough
(until [ -e /tmp/enough ]; do
	insmod ig_balanced.ko device=$OTHER rounds=50
	rmmod ig_balanced
done) &
others=$!
expect 0 "lookups by others: exit status" $refs --settle 5 -- true
touch /tmp/enough
wait $others

# Started by somebody who ignores SIGCHLD, as Python and some CI agents do.
expect 0 "SIGCHLD ignored: exit status" \
	timeout 60 sh -c "trap '' CHLD; exec $refs --settle 0 -- true"
json_is "SIGCHLD ignored: workload" workload.status 0
expect 4 "SIGCHLD ignored, workload fails: exit status" \
	timeout 60 sh -c "trap '' CHLD; exec $refs --settle 0 -- false"

# Cheap where no verdict depends on it.
expect 0 "trace waits for descendants" iommu-group trace --settle 9 -- \
	sh -c "(sleep 1; insmod ig_balanced.ko device=$SINGLE rounds=1) & exit 0"
holds "trace waits for descendants: their events" $out 'ig_balanced'
rmmod ig_balanced
expect 0 "trace --linger" iommu-group trace --linger 2 -- \
	insmod ig_late.ko device=$SINGLE heal=1 mode=delayed ms=500
holds "trace --linger: late events" $out 'ig_late_leak'
rmmod ig_late
plan
