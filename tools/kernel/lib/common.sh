# shellcheck shell=bash
# What the programs under tools/kernel share, beside what they take from
# tools/vm.

# make's own variables would reach the kernel's make: V=6.12 means verbose there
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL V

kernel_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tools/vm/lib/common.sh
. "$kernel_tools/../vm/lib/common.sh"
# shellcheck source=tools/vm/lib/apt.sh
. "$vm_dir/lib/apt.sh"
# shellcheck source=tools/vm/lib/kernel.sh
. "$vm_dir/lib/kernel.sh"
# shellcheck source=tools/kernel/lib/source.sh
. "$kernel_tools/lib/source.sh"
# shellcheck source=tools/kernel/lib/recipe.sh
. "$kernel_tools/lib/recipe.sh"

say() {
	printf 'kernel: %s\n' "$*" >&2
}

need_programs() {
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			die "'$program' is missing: run 'tools/deps kernel' as root"
	done
}

# tree_dir VERSION: where it is built, a tree of its own for each $KSRC.
tree_dir() {
	local name=$1
	[ -z "${KSRC-}" ] || name+=-$(realpath "$KSRC" | sha256sum | cut -c 1-8)
	printf '%s/trees/%s\n' "$cache" "$name"
}
