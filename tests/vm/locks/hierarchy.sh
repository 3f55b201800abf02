#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Which lock nests in which around the group lock, under all that a guest can do
# with groups: hotplug, VFIO, iommufd where the kernel has it, domain types.
# For docs/lock-hierarchy.md.  usage: hierarchy.sh [ROUNDS]
. ./lib.sh
rounds=${1:-3}

cat >/tmp/all.sh <<E2
./hotplug.sh $rounds $SINGLE $SHARED
./vfio.sh $rounds $OTHER
./vfio.sh --cdev $rounds $OTHER 2>/dev/null
./type.sh $rounds $CLEAN 2>/dev/null
true
E2
iommu-group locks --settle 0 --order -- sh /tmp/all.sh
