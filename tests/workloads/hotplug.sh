#!/bin/sh
# usage: hotplug.sh ROUNDS BDF...
#
# Removes the PCI functions and finds them again, ROUNDS times. A round ends
# when each is in an IOMMU group again; exit 1 with one line if one is not
# within 10 seconds.
set -eu

wait_tenths=100

fail() {
	echo "hotplug.sh: $*" >&2
	exit 1
}

grouped() { # BDF
	[ -e "/sys/bus/pci/devices/$1/iommu_group" ]
}

wait_grouped() { # ROUND BDF
	left=$wait_tenths
	until grouped "$2"; do
		[ "$left" -gt 0 ] ||
			fail "round $1: $2 is in no IOMMU group $((wait_tenths / 10)) s after the rescan"
		left=$((left - 1))
		sleep 0.1
	done
}

if [ $# -lt 2 ]; then
	echo "usage: hotplug.sh ROUNDS BDF..." >&2
	exit 1
fi
rounds=$1
shift

for bdf in "$@"; do
	grouped "$bdf" || fail "$bdf is in no IOMMU group"
done

round=1
while [ "$round" -le "$rounds" ]; do
	for bdf in "$@"; do
		echo 1 >"/sys/bus/pci/devices/$bdf/remove" ||
			fail "round $round: cannot remove $bdf"
	done
	for bdf in "$@"; do
		[ ! -e "/sys/bus/pci/devices/$bdf" ] ||
			fail "round $round: $bdf is still there after its removal"
	done
	echo 1 >/sys/bus/pci/rescan || fail "round $round: cannot rescan"
	for bdf in "$@"; do
		wait_grouped "$round" "$bdf"
	done
	round=$((round + 1))
done
