#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What a group is left with: devices that are in it twice or not at all, and domains
# of a module that has gone.
# usage: unbalanced.sh BACKEND
. ./lib.sh
prefix="$1: "
refs="iommu-group refs --settle 0 --backend $1 -j --"

expect_clean "added once, attached and detached: exit status" $refs \
	sh -c "insmod ig_unbalanced.ko mode=once && rmmod ig_unbalanced &&
	insmod ig_undetached.ko device=$SINGLE mode=keep && rmmod ig_undetached"

expect 2 "added twice: exit status" $refs insmod ig_unbalanced.ko mode=two
json_is "added twice: findings" findings.# 2
json_is "added twice: rule" findings.0.rule device-unbalanced
json_has "added twice: which device" findings.0.message \
	'device ig_unbalanced added while it was in a group, once'
json_has "added twice: function at fault" findings.0.stack \
	'^ig_unbalanced_add+0x.*\[ig_unbalanced\]'
json_is "removed twice: rule" findings.1.rule device-unbalanced
json_has "removed twice: which device" findings.1.message \
	'device ig_unbalanced removed without having been added, once'
json_has "removed twice: function at fault" findings.1.stack \
	'^ig_unbalanced_remove+0x.*\[ig_unbalanced\]'
rmmod ig_unbalanced

expect 2 "still listed: exit status" $refs insmod ig_unbalanced.ko mode=listed
json_is "still listed: findings" findings.# 2
json_is "still listed: rule" findings.1.rule device-unbalanced
json_has "still listed: said" findings.1.message \
	'1 of its devices still listed after removal'
rmmod ig_unbalanced

expect_clean "attached by a module that is there: exit status" $refs \
	insmod ig_undetached.ko device=$SINGLE mode=keep
rmmod ig_undetached
expect 2 "never detached: exit status" $refs \
	sh -c "insmod ig_undetached.ko device=$SINGLE && rmmod ig_undetached"
json_is "never detached: findings" findings.# 1
json_is "never detached: rule" findings.0.rule attach-unbalanced
json_is "never detached: group" findings.0.group "$(group_of $SINGLE)"
json_has "never detached: function at fault" findings.0.stack \
	'^ig_undetached_attach+0x.*\[ig_undetached\]'
expect_clean "never detached, before the run: exit status" $refs true
insmod ig_undetached.ko device=$SINGLE mode=heal && rmmod ig_undetached
plan
