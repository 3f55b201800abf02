#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A reference taken in the run is judged by itself: not by the sum, not by who else
# goes through the same helper, not by the task that an interrupt came upon.
# usage: identity.sh BACKEND
. ./lib.sh
backend=$1
prefix="$backend: "
refs="iommu-group refs --settle 1 --backend $backend -j"

# references N: of the group of $SINGLE, held by others than its device
references() {
	iommu-group list -j -g $(group_of $SINGLE) >$out 2>$err
	json_is "$2: references left" groups.0.external "$1"
}

# An older one goes, a newer one stays: the number is the same.
insmod ig_leak.ko device=$SINGLE heal=1
expect 2 "older dropped, then one leaked: exit status" $refs -- \
	sh -c "rmmod ig_leak; insmod ig_leak_error.ko device=$SINGLE heal=1"
json_is "older dropped, then one leaked: rule" findings.0.rule ref-leak
json_has "older dropped, then one leaked: who" findings.0.stack \
	'^ig_leak_probe_error+0x'
rmmod ig_leak_error

insmod ig_leak.ko device=$SINGLE heal=1
expect 3 "one leaked, then an older dropped: not clean" $refs -- \
	sh -c "insmod ig_leak_error.ko device=$SINGLE heal=1; rmmod ig_leak"
json_has "one leaked, then an older dropped: why" losses older_replaced
json_has "one leaked, then an older dropped: who" notes ig_leak_probe_error
rmmod ig_leak_error

# Somebody else's older reference hides a put too many.
insmod ig_leak.ko device=$SHARED heal=1
expect 3 "one put too many beside an older holder: not clean" $refs -- \
	insmod ig_overput.ko device=$SHARED
json_has "one put too many beside an older holder: why" losses older_dropped
json_has "one put too many beside an older holder: who" notes ig_overput_put
rmmod ig_overput
rmmod ig_leak

# The older holder goes by itself, and is seen to go.
insmod ig_leak.ko device=$SINGLE heal=1
expect_clean "an older holder goes" $refs -- rmmod ig_leak
json_has "an older holder goes: said" notes 'from before the run was dropped'

# What goes through a helper is told apart by who called it.
for mode in one two rare; do
	expect 2 "helper, $mode: exit status" $refs -- \
		insmod ig_helper.ko device=$SINGLE mode=$mode heal=1
	json_is "helper, $mode: how many" findings.0.count 2
	json_is "helper, $mode: all attributed" findings.0.unattributed 0
	json_has "helper, $mode: who" findings.0.stack 'ig_helper_wrong+0x'
	json_is "helper, $mode: first suspect has all" \
		findings.0.suspects.0.outstanding 2
	rmmod ig_helper
done
expect_clean "helper of right users" $refs -- \
	insmod ig_helper.ko device=$SINGLE mode=right
rmmod ig_helper

# More call paths than fit beside the group are found again, and named.
expect 2 "after 40 other call sites: exit status" $refs -- sh -c \
	"insmod ig_many.ko device=$SINGLE mode=sites; insmod ig_leak.ko device=$SINGLE count=2 heal=1"
json_is "after 40 other call sites: all attributed" findings.0.unattributed 0
json_has "after 40 other call sites: who" findings.0.stack '^ig_leak_success+0x'
json_is "after 40 other call sites: nothing lost" losses.site_table_full.count ''
rmmod ig_leak ig_many

# What was kept for a group that is gone makes room for the next one.
again="for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	insmod ig_balanced.ko device=$CLEAN && rmmod ig_balanced || exit
	./hotplug.sh 1 $CLEAN || exit
done"
expect_clean "a group that comes 16 times" $refs --max-stacks 40 -- sh -c "$again"
expect 2 "and a leak on the last one: exit status" $refs --max-stacks 40 -- \
	sh -c "$again; insmod ig_leak.ko device=$CLEAN heal=1"
json_is "and a leak on the last one: how many" findings.0.count 1
rmmod ig_leak

# An interrupt is not of the task that it comes upon.
expect 2 "interrupt: exit status" $refs -- insmod ig_hardirq.ko device=$SINGLE heal=1
json_is "interrupt: how many" findings.0.count 3
json_has "interrupt: who" findings.0.stack '^ig_hardirq_take+0x'
rmmod ig_hardirq

# One is always there, and never for long.
expect_clean "turnover" $refs -- sh -c "insmod ig_turnover.ko device=$SINGLE; sleep 1"
json_is "turnover: listed" held.0.holder 'in flight'
json_has "turnover: by whom" held.0.message 'ig_turnover_next'
expect_clean "turnover from before the run" $refs -- sleep 1
rmmod ig_turnover
expect 3 "a leak while it goes on: not clean" $refs -- \
	sh -c "insmod ig_turnover.ko device=$SINGLE mode=leak heal=1; sleep 1"
json_has "a leak while it goes on: why" losses in_flight
rmmod ig_turnover
references 0 "in the end"
plan
