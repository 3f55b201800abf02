#!/bin/sh
# usage: type.sh ROUNDS BDF
#
# Changes the default domain of the PCI function's group to identity and back,
# ROUNDS times, by the attribute type in sysfs. No device of the group may be
# bound to a driver. Exit 77: the kernel or its IOMMU driver refuses.
set -eu

if [ $# -ne 2 ]; then
	echo "usage: type.sh ROUNDS BDF" >&2
	exit 1
fi
rounds=$1
type=/sys/bus/pci/devices/$2/iommu_group/type
before=$(cat "$type")
# lazy flushing is not to be asked for by every driver
[ "$before" != DMA-FQ ] || before=DMA

round=0
while [ $round -lt "$rounds" ]; do
	echo identity >"$type" || exit 77
	echo "$before" >"$type" || exit 1
	round=$((round + 1))
done
