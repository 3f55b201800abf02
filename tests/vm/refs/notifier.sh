#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Group notifiers on a patched kernel: what is used wrongly is found, with the
# function at fault, and shown by trace.
. ./lib.sh
prefix="notifier: "
check="iommu-group check --settle 1 --backend tracepoint -j --"
SECOND=0000:01:01.2 # in the group of SHARED

expect_clean "used rightly: exit status" $check \
	sh -c "insmod ig_notifier.ko device=$SHARED other=$SECOND && rmmod ig_notifier"
json_is "used rightly: verdict" verdict clean

# It holds a reference as long, which is a leak to an audit, but another one.
expect 2 "never unregistered: exit status" $check \
	insmod ig_notifier.ko device=$SINGLE mode=leak
./jsonq $out findings >/tmp/findings
holds "never unregistered: rule" /tmp/findings '"rule": *"notifier-unbalanced"'
json_is "never unregistered: first of all" findings.0.rule notifier-unbalanced
json_has "never unregistered: function at fault" findings.0.stack \
	'^ig_notifier_forget+0x.*\[ig_notifier\]'
json_has "never unregistered: the callback" findings.0.message \
	'ig_notifier_ignore'
# From before the run: no finding, neither as it is nor once it is unregistered.
expect 0 "registered before the run" $check true
expect 0 "registered before the run, unregistered in it" $check rmmod ig_notifier

expect 2 "never registered: exit status" $check \
	insmod ig_notifier.ko device=$SINGLE mode=stray
json_is "never registered: rule" findings.0.rule notifier-unbalanced
json_has "never registered: function at fault" findings.0.stack \
	'^ig_notifier_stray+0x'
rmmod ig_notifier

expect 2 "dispatch with the lock: exit status" $check \
	insmod ig_notifier.ko device=$SINGLE mode=locked
json_is "dispatch with the lock: rule" findings.0.rule held-across-notifier
json_has "dispatch with the lock: who called" findings.0.stack \
	'^ig_notifier_locked+0x'
rmmod ig_notifier

expect 0 "trace" iommu-group trace -j -- \
	sh -c "insmod ig_notifier.ko device=$SHARED other=$SECOND; rmmod ig_notifier"
for event in register_notifier unregister_notifier notify_begin notify_end; do
	holds "trace shows $event" $out "\"event\":\"$event\""
done
holds "trace: the callback" $out '"callback":"ig_notifier_nest \[ig_notifier\]"'
holds "trace: a dispatch in a dispatch" $out \
	"\"event\":\"notify_end\",.*\"depth\":1,\"action\":\"BIND_DRIVER\",.*\"device\":\"$SECOND\""
holds "trace: how many were called, how long it took" $out \
	'"called":2,"ret":1,"duration_ns":[0-9]'
lacks "trace: no lock events" $out '"event":"lock_'
expect 0 "trace -v" iommu-group trace -v -j -- cat /sys/kernel/iommu_groups/0/type
for event in lock_acquire lock_acquired lock_release; do
	holds "trace -v shows $event" $out "\"event\":\"$event\""
done
expect 0 "trace of VFIO" iommu-group trace -j -- ./vfio.sh 1 $OTHER
holds "trace: attach" $out \
	'"event":"attach",.*"type":"UNMANAGED","devices":1,"ret":0,"duration_ns":'
holds "trace: detach" $out '"event":"detach",.*"ret":0,"duration_ns":'
plan
