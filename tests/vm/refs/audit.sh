#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Modules that misbehave are found, with the function at fault, and those that
# only look like it are not.
# usage: audit.sh BACKEND [less]
#
# less: without what no IOMMU makes a difference to, losses and exit codes.
. ./lib.sh
backend=$1 less=${2-}
prefix="$backend: "
# Short, or each finding costs the default time; nothing here is slow.
check="iommu-group check --settle 1 --backend $backend"
# What check does without the audit of locks, which takes an emulated CPU seconds
# to start.
refs="iommu-group refs --settle 1 --backend $backend"

# leak MODULE FUNCTION RULE NAME [PARAMETER...]
leak() {
	module=$1 function=$2 rule=$3 name=$4
	shift 4
	expect 2 "$name: exit status" $refs -j -- insmod $module.ko "$@"
	json_is "$name: verdict" verdict findings
	json_is "$name: rule" findings.0.rule $rule
	json_has "$name: function at fault" findings.0.stack "^$function+0x"
	json_has "$name: module" findings.0.stack "\[$module\]"
	rmmod $module 2>/dev/null
}

# Where each reference is seen, that of the device makes nobody a suspect.
if [ $backend = tracepoint ]; then
	leak ig_leak ig_leak_success ref-leak "exactly one suspect" \
		device=$SINGLE
	json_is "exactly one suspect: so many" findings.0.suspects.# 1
	expect 2 "leak on a new group: exit status" $check -j -- \
		sh -c "echo 1 >/sys/bus/pci/devices/$OTHER/remove; echo 1 >/sys/bus/pci/rescan; insmod ig_leak.ko device=$OTHER && rmmod ig_leak"
	json_has "leak on a new group: function at fault" findings.0.stack \
		'^ig_leak_success+0x'
	json_is "leak on a new group: one suspect" findings.0.suspects.# 1
fi

leak ig_leak ig_leak_success ref-leak "leak on success path" \
	device=$SINGLE count=3
json_is "leak on success path: how many" findings.0.count 3
json_is "leak on success path: all attributed" findings.0.unattributed 0
json_is "leak on success path: group" findings.0.group $(group_of $SINGLE)
leak ig_leak_error ig_leak_probe_error ref-leak "leak on error path" \
	device=$SINGLE
leak ig_leak_rare ig_rare_refresh ref-leak "one leak in a thousand" \
	device=$SINGLE
leak ig_handoff ig_handoff_take ref-leak "hand-off that loses three" \
	device=$OTHER rounds=100 lose=3
json_is "hand-off that loses three: how many" findings.0.count 3
leak ig_overput ig_overput_put ref-underflow "one put too many" device=$SHARED
json_has "one put too many: caught in the act" findings.0.message \
	'dropped a reference that a device owns'
expect 2 "traffic after one put too many: exit status" $check -j -- \
	sh -c "insmod ig_overput.ko device=$SHARED; insmod ig_balanced.ko device=$SHARED; rmmod ig_balanced"
json_is "traffic after one put too many: nobody else is accused" findings.# 1
json_has "traffic after one put too many: function at fault" \
	findings.0.stack '^ig_overput_put+0x'
expect_clean "traffic on a group that was short before" $check -j -- \
	sh -c "insmod ig_balanced.ko device=$SHARED; rmmod ig_balanced"
json_has "traffic on a group that was short before: said" notes \
	'short of its devices; so it was before the run'
rmmod ig_overput
leak ig_zombie ig_zombie_alloc zombie-group "zombie group"

# The module is gone when the report is written.
expect 2 "unloaded module: exit status" $check -j -- \
	sh -c "insmod ig_leak.ko device=$OTHER && rmmod ig_leak"
json_has "unloaded module: still named" findings.0.stack \
	'^ig_leak_success+0x.*\[ig_leak\]'

expect_clean "balanced module" $check -j -- \
	sh -c "insmod ig_balanced.ko device=$SINGLE && rmmod ig_balanced"
expect_clean "balanced hand-off" $check -j -- \
	sh -c "insmod ig_handoff.ko device=$SINGLE && rmmod ig_handoff"
expect_clean "balanced while references that predate the trace stay" $check -j \
	-- true
json_is "predating references: verdict" verdict clean

# Losses are never clean.
losses_are_said() {
	expect 3 "group map too small" $check -j --max-groups 1 -- true
	json_is "group map too small: verdict" verdict inconclusive
	json_has "group map too small: count" losses.group_map_full.count '^[1-9]'
	expect 3 "stack table too small" $check -j --max-stacks 1 -- \
		sh -c "insmod ig_balanced.ko device=$SINGLE && rmmod ig_balanced"
	json_has "stack table too small: count" losses.stack_table_full.count '^[1-9]'
	expect 3 "device map too small" $check -j --max-devices 1 -- true
	json_has "device map too small: count" losses.device_map_full.count '^[1-9]'
	expect 2 "a finding outranks a loss" $check -j --max-stacks 1 -- \
		sh -c "insmod ig_balanced.ko device=$SINGLE && rmmod ig_balanced; insmod ig_leak.ko device=$SINGLE"
	rmmod ig_leak
	# Where one module was, another one can be later.
	in_turn ig_balanced ig_twin device=$CLEAN rounds=5
	expect 3 "two modules at one address" $check -j -- sh /tmp/in_turn.sh
	json_is "two modules at one address: both ran" workload.status 0
	json_has "two modules at one address: said" losses.symbols_reused.count '^[1-9]'
	in_turn ig_balanced ig_balanced device=$CLEAN rounds=5
	expect_clean "one module, twice at one address" $check -j -- sh /tmp/in_turn.sh
	json_is "one module, twice at one address: both ran" workload.status 0
}

# Words, and the workload's own status.
exit_codes() {
	expect 2 "check finds a leak" $check -- insmod ig_leak.ko device=$SINGLE
	holds "check names the function" $out 'ig_leak_success+0x'
	rmmod ig_leak
	expect 2 "refs finds a leak" $refs -- insmod ig_leak.ko device=$SINGLE
	holds "refs names the function" $out 'ig_leak_success+0x'
	rmmod ig_leak
	expect 4 "failing workload" $check -- false
	expect 2 "failing workload with a leak" $check -- \
		sh -c "insmod ig_leak.ko device=$SINGLE; exit 9"
	rmmod ig_leak
}

if [ -z "$less" ]; then
	losses_are_said
	exit_codes
fi
plan
