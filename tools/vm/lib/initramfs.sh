# shellcheck shell=bash
# The guest's root file system: a base (busybox, init, modules) that is cached
# per kernel, and a small second archive for what one run brings along. The
# kernel unpacks archives that follow one another.

# The modules a guest may want beside what its kernel has built in; those that
# a kernel lacks are left out.
guest_modules='vfio vfio_iommu_type1 vfio_pci_core vfio-pci irqbypass iommufd mdev
	virtio virtio_ring virtio_pci virtio_iommu virtio_rng pci-stub
	iommu-group-kunit'

# pack DIR: a cpio archive of it on stdout.
pack() {
	(cd "$1" && find . -print0 | LC_ALL=C sort -z |
		cpio -o -0 -H newc -R 0:0 --quiet)
}

# copy_modules KERNEL_DIR ROOT: uncompressed, for busybox.
copy_modules() {
	local release from to name file
	[ -r "$1/release" ] || return 0
	release=$(cat "$1/release")
	from=$1/lib/modules/$release
	to=$2/lib/modules/$release
	[ -d "$from" ] || return 0
	mkdir -p "$to"
	for file in modules.order modules.builtin modules.builtin.modinfo; do
		[ ! -e "$from/$file" ] || cp "$from/$file" "$to/"
	done
	# shellcheck disable=SC2086 # a list of names
	for name in $guest_modules; do
		modprobe -d "$1" -S "$release" --ignore-install --show-depends "$name" 2>/dev/null |
			sed -n 's/^insmod \([^ ]*\).*/\1/p'
	done | sort -u | while read -r file; do
		# modprobe -d prefixes the directory
		name=${file##*/lib/modules/"$release"/}
		mkdir -p "$to/${name%/*}"
		case $file in
		*.xz) xz -dc "$from/$name" >"$to/${name%.xz}" ;;
		*.zst) zstd -qdc "$from/$name" >"$to/${name%.zst}" ;;
		*) cp "$from/$name" "$to/$name" ;;
		esac
	done
	depmod -b "$2" "$release"
	rm -f "$to"/modules.*.bin
}

make_base() { # KERNEL_DIR ROOT
	local applet root=$2
	mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,usr/local/bin,lib,lib64} \
		"$root"/{dev,proc,sys,tmp,run,root,work,vm,etc,var}
	ln -s /run "$root/var/run"
	cp "$(command -v busybox)" "$root/bin/busybox"
	copy_libraries "$root/bin/busybox" "$root" # none, if it is busybox-static
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
	done
	ln -s ../bin/modprobe "$root/sbin/modprobe" # the kernel calls it by this name
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'root:x:0:' >"$root/etc/group"
	cp "$vm_dir/guest/init" "$root/init"
	chmod 755 "$root/init"
	copy_modules "$1" "$root"
}

# base_archive KERNEL_DIR: the path of the cached archive.
base_archive() {
	local key archive root
	key=$({
		echo "$1"
		cat "$1/package" 2>/dev/null || stat -c '%Y %s' "$1/bzImage" 2>/dev/null
		cat "$vm_dir/guest/init" "${BASH_SOURCE[0]}" "$(command -v busybox)"
	} | sha256sum | cut -c 1-16)
	archive=$cache/initramfs/$key.cpio
	if [ ! -e "$archive" ]; then
		mkdir -p "$cache/initramfs"
		root=$(mktemp -d "$run_dir/base.XXXXXX")
		make_base "$1" "$root"
		pack "$root" >"$run_dir/base.cpio"
		rm -rf "$root"
		mv "$run_dir/base.cpio" "$archive"
	fi
	printf '%s\n' "$archive"
}

is_elf() {
	[ -f "$1" ] && [ "$(head -c 4 "$1" | tr -d '\0')" = $'\177ELF' ]
}

# copy_libraries FILE ROOT: the shared libraries FILE needs, where it looks.
copy_libraries() {
	local library
	is_elf "$1" || return 0
	{ ldd "$1" 2>/dev/null || true; } |
		sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' |
		while read -r library; do
			[ -e "$2$library" ] && continue
			mkdir -p "$2${library%/*}"
			cp -L "$library" "$2$library"
		done
}

# quote WORD...: as one line (or more) of shell that means exactly WORD...
quote() {
	local word
	for word in "$@"; do
		printf " '%s'" "${word//\'/\'\\\'\'}"
	done
}

# run_archive ROOT: lays out what this run brings along, from $copies, $command,
# $boot_modules and $IOMMU_GROUP.
fill_run_root() {
	local root=$1 file found
	local tool=${IOMMU_GROUP:-$checkout/build/iommu-group}
	mkdir -p "$root/work" "$root/vm" "$root/usr/local/bin"
	if [ -f "$tool" ]; then
		cp -L "$tool" "$root/usr/local/bin/iommu-group"
		chmod 755 "$root/usr/local/bin/iommu-group"
		copy_libraries "$tool" "$root"
	elif [ -n "${IOMMU_GROUP-}" ]; then
		die "no such file: $tool (from \$IOMMU_GROUP)"
	fi
	for file in ${copies[@]+"${copies[@]}"}; do
		cp -RL --preserve=mode "$file" "$root/work/"
		while IFS= read -r -d '' found; do
			copy_libraries "$found" "$root"
		done < <(find -L "$file" -type f ! -name '*.ko' -print0)
	done
	printf '%s\n' ${boot_modules[@]+"${boot_modules[@]}"} | sed '/^$/d' >"$root/vm/modules"
	printf 'exec%s\n' "$(quote "${command[@]}")" >"$root/vm/command"
}

# make_initramfs KERNEL_DIR FILE
make_initramfs() {
	local base
	base=$(base_archive "$1")
	fill_run_root "$run_dir/root"
	{
		cat "$base"
		pack "$run_dir/root"
	} >"$2"
	rm -rf "$run_dir/root"
}
