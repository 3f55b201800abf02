# shellcheck shell=bash
# From a kernel SPEC to a directory of the cache.
#
# $cache/kernels/stock-6.1        link to the directory of the exact package
# $cache/kernels/patched-6.12     directory, or link to one
#
# Such a directory holds bzImage, release (the output of `uname -r`), config,
# System.map, and lib/modules/RELEASE when there are modules; a stock kernel's
# also package (NAME VERSION), a patched one's also build (its build tree).

kernel_specs='stock:6.1 stock:6.12 stock:7.3 patched:6.12 patched:7.3 patched:6.12+lockdep'

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

# kernel_dir SPEC: its directory, fetched when need be.
kernel_dir() {
	local link
	link=$(kernel_link "$1") || exit "$fail_status"
	if [ -r "$link/bzImage" ]; then
		readlink -f "$link"
		return
	fi
	case $1 in
	stock:*) "$vm_dir/fetch-kernel" "$1" ;;
	*) die "$1 has not been built: patched kernels are built by 'make kernel V=${1#patched:}'" ;;
	esac
}
