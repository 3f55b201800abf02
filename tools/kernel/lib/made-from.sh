# shellcheck shell=bash
# What a kernel of ours is made from, and so whether one that is there is the
# one that this checkout means.
#
#   patched:V           the series kernel-patches/vV on Debian's linux-source-V
#   patched:V+lockdep   the same and kernel-patches/fixes/vV, with
#                       kernel-patches/config/lockdep.config
#   unpatched:V         no series, the configuration of patched:V

kernel_patches=$checkout/kernel-patches
kernel_versions='6.12 7.3'

# kernel_base SPEC: its version without a flavour.
kernel_base() {
	local name=${1#*:}
	printf '%s\n' "${name%%+*}"
}

# series_patches SPEC: the paths of its patches, in order.
series_patches() {
	local base
	base=$(kernel_base "$1")
	case $1 in
	unpatched:*) ;;
	*+lockdep)
		listed_patches "$kernel_patches/v$base"
		listed_patches "$kernel_patches/fixes/v$base"
		;;
	*) listed_patches "$kernel_patches/v$base" ;;
	esac
}

# listed_patches DIR: those that its series file names.
listed_patches() {
	local name
	[ -r "$1/series" ] || die "no series file: ${1#"$checkout/"}/series"
	while read -r name _; do
		case $name in
		'' | '#'*) continue ;;
		esac
		[ -r "$1/$name" ] || die "${1#"$checkout/"}/series names '$name', which is not there"
		printf '%s\n' "$1/$name"
	done <"$1/series"
}

# config_fragments SPEC: the paths of its configuration, the last word last.
config_fragments() {
	local base dir=$kernel_patches/config fragments
	base=$(kernel_base "$1")
	fragments=("$dir/lab.config" "$dir/lab-$base.config")
	case $1 in
	unpatched:*) fragments+=("$dir/unpatched.config") ;;
	*) fragments+=("$dir/series.config") ;;
	esac
	case $1 in
	*+*) fragments+=("$dir/${1##*+}.config" "$dir/${1##*+}-$base.config") ;;
	esac
	for dir in "${fragments[@]}"; do
		[ ! -r "$dir" ] || printf '%s\n' "$dir"
	done
}

# checkout_key SPEC: of all that the checkout has a say in. What a patch says
# above its first difference does not matter to the kernel.
checkout_key() {
	local file patches fragments
	patches=$(series_patches "$1") || exit "$fail_status"
	fragments=$(config_fragments "$1")
	{
		printf '%s\n' "$1"
		for file in $patches; do
			sed -n '/^\(diff --git\|--- [^ ]\)/,$p' "$file"
		done
		# shellcheck disable=SC2086 # paths below the checkout
		cat $fragments "$checkout/tools/kernel/lib/recipe.sh"
	} | sha256sum | cut -c 1-16
}

# tree_fingerprint DIR: of a source tree, by its commit and what differs from
# it, or by the files' sizes and times where there is no git.
tree_fingerprint() {
	{
		if tree_is_git "$1"; then
			git -C "$1" rev-parse HEAD
			git -C "$1" diff HEAD --binary
			git -C "$1" ls-files -z --others --exclude-standard |
				(cd "$1" && xargs -0r sha256sum)
		else
			find "$1" -name .git -prune -o -type f -printf '%P %s %T@\n' | LC_ALL=C sort
		fi
	} | sha256sum | cut -c 1-16
}

tree_is_git() {
	[ -e "$1/.git" ] && git -C "$1" rev-parse -q --verify HEAD >/dev/null 2>&1
}

# source_id SPEC: one line. $KSRC's, or Debian's package once it was fetched.
source_id() {
	if [ -n "${KSRC-}" ]; then
		[ -r "$KSRC/Makefile" ] || die "no kernel source in KSRC=$KSRC"
		echo "tree $(tree_fingerprint "$KSRC")"
		return
	fi
	basename "$(readlink "$cache/sources/linux-source-$(kernel_base "$1")" || echo none)"
}

# compiler_id: one line.
compiler_id() {
	local program
	for program in gcc ld pahole; do
		"$program" --version 2>/dev/null | head -n 1
	done | paste -s -d ';'
}

# made_from SPEC: all of it, as text.
made_from() {
	local key source
	key=$(checkout_key "$1") || exit "$fail_status"
	source=$(source_id "$1") || exit "$fail_status"
	printf 'spec %s\ncheckout %s\nsource %s\ncompiler %s\n' \
		"$1" "$key" "$source" "$(compiler_id)"
}

# made_from_dir SPEC TEXT: where the cache keeps the kernel made from that.
made_from_dir() {
	printf '%s/kernels/%s-%s\n' "$cache" "${1/:/-}" \
		"$(printf '%s\n' "$2" | sha256sum | cut -c 1-16)"
}

# find_built SPEC: the directory of a kernel that was built from what the
# checkout has now: the one that was built last, else one from Debian's source.
# With $KSRC, from that tree and no other. Fails when there is none.
find_built() {
	local key link dir source=''
	link=$(kernel_link "$1")
	key=$(checkout_key "$1") || exit "$fail_status"
	[ -z "${KSRC-}" ] || source=$(source_id "$1") || exit "$fail_status"
	for dir in "$link" "$link"-*; do
		[ -r "$dir/bzImage" ] || continue
		grep -qxF "checkout $key" "$dir/made-from" || continue
		if [ -n "$source" ]; then
			grep -qxF "source $source" "$dir/made-from" || continue
		elif [ "$dir" != "$link" ]; then
			! grep -q '^source tree ' "$dir/made-from" || continue
		fi
		readlink -f "$dir"
		return
	done
	return 1
}
