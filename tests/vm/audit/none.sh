#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A machine without an IOMMU: said plainly, and never called clean.
. ./lib.sh
prefix="no IOMMU: "

expect 0 "list" iommu-group list
holds "list: says so" $err 'no IOMMU groups'
holds "list: an empty table" $out '^GROUP'
expect 0 "list as JSON" iommu-group list -j
json_is "list as JSON: empty" groups.# 0
expect 3 "check" iommu-group check -j -- true
json_is "check: verdict" verdict inconclusive
json_is "check: IOMMU" iommu none
json_has "check: reason" losses.no_groups.count '^[1-9]'
plan
