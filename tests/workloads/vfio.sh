#!/bin/sh
# usage: vfio.sh [--cdev] ROUNDS BDF
#
# Binds the PCI function to vfio-pci, attaches its group once with the vfio
# program beside this script, and unbinds it again, ROUNDS times.
#
#   --cdev    attach the device by iommufd instead of its group by VFIO's own
#             container
#
# Every other device of the group has to be bound to vfio-pci too, or to no
# driver. Exit 77: the kernel has no such interface.
set -eu

here=$(dirname "$0")
pci=/sys/bus/pci
skip=77

fail() {
	echo "vfio.sh: $*" >&2
	exit 1
}

driver_of() { # BDF
	[ ! -e "$pci/devices/$1/driver" ] || basename "$(readlink "$pci/devices/$1/driver")"
}

load() { # MODULE
	modprobe "$1" 2>/dev/null || insmod "$1.ko" 2>/dev/null || :
}

# An emulated machine may offer no interrupt remapping (7.3 finds none with
# QEMU's amd-iommu), and VFIO refuses to attach then. A guest's test device
# harms nobody.
allow_unsafe_interrupts() { # MODULE
	allow=/sys/module/$1/parameters/allow_unsafe_interrupts
	[ ! -w "$allow" ] || echo 1 >"$allow"
}

bind() { # BDF
	echo vfio-pci >"$pci/devices/$1/driver_override"
	echo "$1" >"$pci/drivers/vfio-pci/bind" || fail "cannot bind $1 to vfio-pci"
	[ "$(driver_of "$1")" = vfio-pci ] || fail "$1 is not bound to vfio-pci"
}

unbind() { # BDF
	if [ "$(driver_of "$1")" = vfio-pci ]; then
		echo "$1" >"$pci/drivers/vfio-pci/unbind"
	fi
	echo >"$pci/devices/$1/driver_override"
}

mode=attach
if [ "${1-}" = --cdev ]; then
	mode=cdev
	shift
fi
if [ $# -ne 2 ]; then
	echo "usage: vfio.sh [--cdev] ROUNDS BDF" >&2
	exit 1
fi
rounds=$1
bdf=$2

[ -e "$pci/devices/$bdf/iommu_group" ] || fail "$bdf is in no IOMMU group"
bound=$(driver_of "$bdf")
[ -z "$bound" ] || [ "$bound" = vfio-pci ] || fail "$bdf is in use by $bound"

load vfio-pci
if [ "$mode" = cdev ]; then
	load iommufd
	allow_unsafe_interrupts iommufd
else
	load vfio_iommu_type1
	allow_unsafe_interrupts vfio_iommu_type1
fi
if [ ! -d "$pci/drivers/vfio-pci" ]; then
	echo "vfio.sh: skipped: the kernel has no vfio-pci" >&2
	exit "$skip"
fi

unbind "$bdf"
trap 'unbind "$bdf"' EXIT
round=1
while [ "$round" -le "$rounds" ]; do
	bind "$bdf"
	status=0
	"$here/vfio" "$mode" "$bdf" 1 || status=$?
	unbind "$bdf"
	[ "$status" -eq 0 ] || exit "$status"
	round=$((round + 1))
done
