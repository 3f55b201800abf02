# shellcheck shell=bash
# From a kernel SPEC to a directory of the cache.
#
# $cache/kernels/stock-6.1        link to the directory of the exact package
# $cache/kernels/patched-6.12     link to the one that was built last
#
# Such a directory holds bzImage, release (the output of `uname -r`), config,
# System.map, and lib/modules/RELEASE when there are modules; a stock kernel's
# also package (NAME VERSION), that of a kernel built by tools/kernel/build also
# build (a tree to build modules in) and made-from.

stock_specs='stock:6.1 stock:6.12 stock:7.3 stock:6.1-rt stock:7.3-rt'
built_specs='patched:6.12 patched:7.3 patched:6.12+lockdep patched:7.3+lockdep unpatched:6.12 unpatched:7.3'
kernel_specs="$stock_specs $built_specs"

# shellcheck source=tools/kernel/lib/made-from.sh
. "$vm_dir/../kernel/lib/made-from.sh"

# kernel_link SPEC: where the cache keeps it. Fails on what is no SPEC.
kernel_link() {
	case " $kernel_specs " in
	*" $1 "*) printf '%s/kernels/%s\n' "$cache" "${1/:/-}" ;;
	*) die "unknown kernel '$1' (one of: $kernel_specs, or a path to a bzImage)" ;;
	esac
}

# stock_release SPEC: the Debian release whose mirror carries it.
stock_release() {
	case $1 in
	stock:7.*) echo trixie ;;
	*) echo bookworm ;;
	esac
}

# kernel_dir SPEC: its directory, fetched when need be. A kernel of ours counts
# only when it was made from what the checkout has now.
kernel_dir() {
	local link
	link=$(kernel_link "$1") || exit "$fail_status"
	case $1 in
	stock:*)
		if [ -r "$link/bzImage" ]; then
			readlink -f "$link"
		else
			"$vm_dir/fetch-kernel" "$1"
		fi
		;;
	*)
		find_built "$1" || die "$1 has not been built from this checkout: '$(make_command "$1")' builds it"
		;;
	esac
}

# make_command SPEC: what builds it.
make_command() {
	local command="make kernel V=${1#*:}"
	[ -z "${KSRC-}" ] || command="KSRC=$KSRC $command"
	[[ $1 != unpatched:* ]] || command+=' UNPATCHED=1'
	printf '%s\n' "$command"
}
