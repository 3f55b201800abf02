# shellcheck shell=bash
# The emulated machine: which IOMMU, which devices at which addresses.

# A conventional bridge has 31 free slots of 8 functions. 28 are filled, the last
# three are for further bridges, which carry 28 slots each. QEMU 7.2 asserts
# before 2240 functions; 1792 work. Its virtio-iommu does not know the functions
# behind such a bridge, so there it is a root port without ACS, which has one slot.
bridge_devices=224
# A switch has 32 downstream ports with one slot each.
switch_devices=256
all_devices=1792

# max_devices: behind one bridge or switch
max_devices() {
	if [ "$switch" = yes ]; then
		echo "$switch_devices"
	elif [ "$iommu" = virtio ]; then
		echo 8
	else
		echo "$all_devices"
	fi
}

# machine_args: sets $qemu_args and $boot_modules from the options.
machine_args() {
	local slot
	qemu_args=(
		-nodefaults -no-user-config -display none -monitor none -nic none
		-no-reboot -m "$mem"
	)
	boot_modules=()
	if [ "$icount" = yes ]; then
		qemu_args+=(-accel tcg -icount 'shift=0,sleep=off' -smp 1)
	else
		qemu_args+=(-accel 'tcg,thread=multi' -smp "$cpus")
	fi

	case $iommu in
	intel)
		qemu_args+=(
			-M 'q35,kernel-irqchip=split'
			-device 'intel-iommu,intremap=on,caching-mode=on'
		)
		;;
	amd)
		qemu_args+=(-M q35 -device 'amd-iommu,intremap=on')
		;;
	virtio)
		qemu_args+=(-M q35 -device 'virtio-iommu-pci,addr=0x2')
		boot_modules+=(virtio_pci virtio_iommu pci-stub)
		;;
	none)
		qemu_args+=(-M q35)
		;;
	esac

	# single-device groups
	for slot in 0x10 0x11 0x12; do
		qemu_args+=(-device "pci-testdev,addr=$slot")
	done

	local n bridge=0x18 chassis=0 group=shared_group_args
	[ "$switch" = no ] || group=switched_group_args
	for n in ${devices//,/ }; do
		[ "$n" -eq 0 ] || "$group" "$n" $((bridge++))
	done
}

# shared_group_args N SLOT: one group, the bridge in SLOT and everything behind it.
shared_group_args() {
	local n nested first=1 address bus=shared$2 model=pci-testdev
	printf -v address '%x' "$2"
	if [ "$iommu" = virtio ]; then
		qemu_args+=(-device "pcie-root-port,id=$bus,addr=0x$address,chassis=$2,disable-acs=on")
		first=0
	else
		qemu_args+=(-device "pcie-pci-bridge,id=$bus,addr=0x$address")
	fi
	# the I/O ports of 256 test devices fill the I/O space
	[ "$many" = no ] || model=pvpanic-pci
	for ((n = 0; n < $1; n++)); do
		nested=$((n / bridge_devices))
		if ((nested && n % bridge_devices == 0)); then
			printf -v address '%x.%x' $((28 + (nested + 7) / 8)) $(((nested - 1) % 8))
			bus=shared$2.$nested
			qemu_args+=(-device "pci-bridge,id=$bus,bus=shared$2,chassis_nr=$((++chassis)),shpc=off,addr=$address,multifunction=on")
		fi
		printf -v address '%x.%x' $((first + n % bridge_devices / 8)) $((n % 8))
		qemu_args+=(-device "$model,bus=$bus,addr=$address,multifunction=on")
	done
}

# switched_group_args N SLOT: one group, behind a switch that keeps nobody apart.
# None of its devices uses the requester ID of another.
switched_group_args() {
	local n port address bus=root$2
	printf -v address '%x' "$2"
	qemu_args+=(
		-device "pcie-root-port,id=$bus,addr=0x$address,chassis=$2,disable-acs=on"
		-device "x3130-upstream,id=switch$2,bus=$bus"
	)
	for ((n = 0; n < $1; n++)); do
		port=port$2.$((n / 8))
		if ((n % 8 == 0)); then
			printf -v address '%x' $((n / 8))
			qemu_args+=(-device "xio3130-downstream,id=$port,bus=switch$2,chassis=$((64 + $2)),slot=$((++chassis)),addr=0x$address")
		fi
		qemu_args+=(-device "pvpanic-pci,bus=$port,addr=0.$((n % 8)),multifunction=on")
	done
}

# kernel_command_line: for the options.
kernel_command_line() {
	local line='console=ttyS0,115200 loglevel=5 panic=-1 tsc=reliable'
	# a busy host can starve the guest of its timer just when it is tested
	line+=' no_timer_check'
	line+=' random.trust_cpu=on rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60'
	# without a verdict to save, the first oops ends the run
	[ "$allow_splat" = yes ] || line+=' oops=panic'
	[ "$iommu" != intel ] || line+=' intel_iommu=on'
	line+=${append:+ $append}
	printf '%s\n' "$line"
}
