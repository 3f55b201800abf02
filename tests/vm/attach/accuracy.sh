#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The time that a driver is told to spend on each device is found again by the
# fit, within 2 %.  Both go by the clock of a guest that counts instructions, so
# this is the same each time.
. ./lib.sh
prefix="accuracy: "
parameters=/sys/module/ig_mock/parameters

insmod ig_mock.ko rounds=10 || exit 1
# What a boot leaves to be done later would be timed as well.
sleep 5
while ps | grep -q '[c]ryptomgr'; do sleep 1; done
for way in "" --calls; do
	for cost in 20000 50000; do
		echo $cost >$parameters/cost_ns
		expect 0 "$cost ns a device${way:+, $way}: exit status" \
			iommu-group attach -j $way -- \
			sh -c "echo attach 1,2,4,8,16,32,64 >$parameters/run"
		for i in 0 1; do
			operation=$(./jsonq $out fits.$i.operation)
			found=$(./jsonq $out fits.$i.b_ns)
			name="$cost ns a device${way:+, $way}: $operation"
			if awk "BEGIN { exit !($found > 0.98 * $cost && $found < 1.02 * $cost) }"; then
				ok "$name"
			else
				echo "# found $found ns a device"
				not_ok "$name" $out
			fi
		done
	done
done
plan
