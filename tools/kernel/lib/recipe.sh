# shellcheck shell=bash
# How a kernel of ours is configured, compiled and laid out. The text of this
# file is part of what a kernel is made from: a change here builds all anew.

# kernel_make SOURCE OBJECTS TARGET...: with nothing of the caller's environment,
# which is not part of the key. The same source gives the same kernel, bit for bit.
kernel_make() {
	local source=$1 objects=$2
	shift 2
	env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C LOCALVERSION= \
		KBUILD_BUILD_USER=iommu-group KBUILD_BUILD_HOST=lab KBUILD_BUILD_VERSION=1 \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' \
		${allconfig:+KCONFIG_ALLCONFIG="$allconfig"} \
		make -C "$source" O="$objects" -j "$(getconf _NPROCESSORS_ONLN)" "$@"
}

# wanted_config SOURCE FRAGMENT...: one line a symbol, the last word on it. What
# series.config asks for counts once the source knows the symbol.
wanted_config() {
	local source=$1 fragment
	shift
	for fragment; do
		case $fragment in
		*/series.config) known_symbols "$source/drivers/iommu/Kconfig" <"$fragment" ;;
		*) cat "$fragment" ;;
		esac
	done | awk -F= '
		/^CONFIG_/ { if (!($1 in line)) order[++n] = $1; line[$1] = $0 }
		END { for (i = 1; i <= n; i++) print line[order[i]] }'
}

# known_symbols KCONFIG <FRAGMENT
known_symbols() {
	local line name
	while read -r line; do
		name=${line%%=*}
		! grep -q "^config ${name#CONFIG_}\$" "$1" || printf '%s\n' "$line"
	done
}

# missed_config WANTED CONFIG: the lines of WANTED that CONFIG does not grant.
missed_config() {
	local line
	while read -r line; do
		case $line in
		*=n) ! grep -q "^${line%=n}=" "$2" || printf '%s\n' "$line" ;;
		*) grep -qxF "$line" "$2" || printf '%s\n' "$line" ;;
		esac
	done <"$1"
}

# configure SOURCE OBJECTS LOG FRAGMENT...
configure() {
	local source=$1 objects=$2 log=$3 missed allconfig=$2/wanted.config
	shift 3
	mkdir -p "$objects"
	wanted_config "$source" "$@" >"$allconfig"
	kernel_make "$source" "$objects" -s allnoconfig >>"$log" 2>&1 || return 1
	missed=$(missed_config "$allconfig" "$objects/.config")
	[ -z "$missed" ] || {
		echo "the configuration does not take: ${missed//$'\n'/ }" >>"$log"
		return 1
	}
}

compile() { # SOURCE OBJECTS LOG
	kernel_make "$1" "$2" bzImage modules >>"$3" 2>&1
}

# collect SOURCE OBJECTS LOG DIR: what lib/kernel.sh of tools/vm describes.
collect() {
	local source=$1 objects=$2 log=$3 dir=$4 release
	release=$(cat "$objects/include/config/kernel.release") &&
		echo "$release" >"$dir/release" &&
		cp "$objects/arch/x86/boot/bzImage" "$objects/System.map" "$dir/" &&
		cp "$objects/.config" "$dir/config" &&
		kernel_make "$source" "$objects" INSTALL_MOD_PATH="$dir" INSTALL_MOD_STRIP=1 \
			modules_install >>"$log" 2>&1 &&
		rm -f "$dir/lib/modules/$release/build" "$dir/lib/modules/$release/source" &&
		collect_build "$source" "$objects" "$dir/build" >>"$log" 2>&1
}

# collect_build SOURCE OBJECTS DIR: what out-of-tree modules need, wherever DIR
# is moved. Of vmlinux only its BTF is wanted there; DWARF is five times that.
collect_build() {
	(
		cd "$2" &&
			srctree=$1 SRCARCH=x86 CC=gcc HOSTCC=gcc MAKE=make \
				sh "$1/scripts/package/install-extmod-build" "$3"
	) &&
		cp "$2/.config" "$3/" &&
		objcopy --strip-debug "$2/vmlinux" "$3/vmlinux"
}
