# shellcheck shell=bash
# The emulated machine: which IOMMU, which devices at which addresses.

# More functions behind the bridge than this and QEMU takes minutes before
# the firmware even starts.
max_devices=248

# machine_args: sets $qemu_args and $boot_modules from the options.
machine_args() {
	local n slot function
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
		boot_modules+=(virtio_pci virtio_iommu)
		;;
	none)
		qemu_args+=(-M q35)
		;;
	esac

	# single-device groups
	for slot in 0x10 0x11 0x12; do
		qemu_args+=(-device "pci-testdev,addr=$slot")
	done

	# one group: the bridge and everything behind it
	if [ "$devices" -gt 0 ]; then
		qemu_args+=(-device 'pcie-pci-bridge,id=shared,addr=0x18')
		for ((n = 0; n < devices; n++)); do
			slot=$((1 + n / 8))
			function=$((n % 8))
			qemu_args+=(-device
				"pci-testdev,bus=shared,addr=$slot.$function,multifunction=on")
		done
	fi
}

# kernel_command_line: for the options.
kernel_command_line() {
	local line='console=ttyS0,115200 loglevel=5 panic=-1 tsc=reliable'
	line+=' random.trust_cpu=on rcupdate.rcu_cpu_stall_timeout=120 watchdog_thresh=60'
	# without a verdict to save, the first oops ends the run
	[ "$allow_splat" = yes ] || line+=' oops=panic'
	[ "$iommu" != intel ] || line+=' intel_iommu=on'
	printf '%s\n' "$line"
}
