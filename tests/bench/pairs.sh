#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# usage: pairs.sh FILE WARM_UP PAIRS ROUNDS
#
# Writes to FILE how long each of ROUNDS rounds of PAIRS pairs took, a line
# each.  The pairs before them are not timed: the first get and put of a call
# site cost a stack and a record, once and for all.
run=/sys/module/ig_bench/parameters/run
ns=/sys/module/ig_bench/parameters/ns

echo "$2" >$run || exit 1
round=0
while [ $round -lt "$4" ]; do
	echo "$3" >$run || exit 1
	cat $ns || exit 1
	round=$((round + 1))
done >"$1"
