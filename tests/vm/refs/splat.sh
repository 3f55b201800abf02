#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the kernel itself warns about, named before the damage is done.  Needs
# a guest that may be damaged.  usage: splat.sh BACKEND
. ./lib.sh
prefix="$1: "
check="iommu-group check --settle 1 --backend $1 -j --"

expect 2 "last reference put too often" $check \
	insmod ig_overput.ko device=$SINGLE force=1
json_is "last reference put too often: rule" findings.0.rule ref-underflow
json_has "last reference put too often: function" findings.0.stack \
	'^ig_overput_put+0x'
json_has "last reference put too often: before the damage" \
	findings.0.message 'dropped a reference that a device owns'
expect 2 "put after release" $check insmod ig_uar.ko
json_is "put after release: rule" findings.0.rule use-after-release
json_has "put after release: function" findings.0.stack '^ig_uar_put+0x'
plan
