# shellcheck shell=bash
# Kernel sources in the cache.
#
#   $cache/sources/linux-source-6.12           link to the package in use
#   $cache/sources/linux-source-6.12_VERSION   the package; unpacked, linux/
#   $cache/trees/6.12/source                   what is compiled
#   $cache/trees/6.12/lab, lockdep             objects
#
# A tree is kept, and from one build to the next only files whose contents
# change are written, so that make compiles what they have a say in. Objects
# cannot be copied or moved: objtool, and so all that it works on, knows its path.

# source_release V: the Debian release whose mirror carries its source.
source_release() {
	case $1 in
	7.*) echo trixie ;;
	*) echo bookworm ;;
	esac
}

# fetch_source V: Debian's package, unless it is there. Moves the link.
fetch_source() {
	local release name=linux-source-$1
	[ ! -r "$cache/sources/$name/$name.deb" ] || return 0
	release=$(source_release "$1")
	lock "apt-$release"
	local apt_lock=$lock_fd
	if [ ! -r "$cache/sources/$name/$name.deb" ]; then
		suite_open "$release"
		suite_has_lists || suite_update
		download_source "$name" || {
			# the lists may be older than the mirror's last clean-up
			suite_update
			download_source "$name" || die "cannot download $name"
		}
	fi
	exec {apt_lock}>&-
}

download_source() { # NAME
	local version dir
	version=$(apt_private apt-cache show --no-all-versions "$1" | sed -n 's/^Version: //p') || true
	[ -n "$version" ] || return 1
	say "downloading $1 $version"
	dir=$cache/sources/$1_$version
	new_work_dir
	mkdir "$work_dir/source"
	(cd "$work_dir/source" && apt_private apt-get download "$1=$version" >&2) || return 1
	mv "$work_dir"/source/*.deb "$work_dir/source/$1.deb"
	chmod -R u=rwX,go=rX "$work_dir/source"
	mkdir -p "$cache/sources"
	[ -r "$dir/$1.deb" ] || mv -T "$work_dir/source" "$dir"
	rm -rf "$work_dir"
	replace_link "${dir##*/}" "$cache/sources/$1"
}

# pristine_source V: sets $pristine, a tree that nobody may write to: $KSRC, or
# Debian's, unpacked when need be.
pristine_source() {
	local dir
	if [ -n "${KSRC-}" ]; then
		pristine=$(cd "$KSRC" && pwd)
		return
	fi
	dir=$(readlink -f "$cache/sources/linux-source-$1")
	pristine=$dir/linux
	[ ! -d "$pristine" ] || return 0
	lock "source-$1"
	if [ ! -d "$pristine" ]; then
		say "unpacking ${dir##*/}"
		new_work_dir
		unpack_deb "$dir/linux-source-$1.deb" "$work_dir" './usr/src'
		mkdir "$work_dir/linux"
		tar -xf "$work_dir"/usr/src/linux-source-*.tar.* -C "$work_dir/linux" \
			--strip-components=1 --no-same-owner
		mv -T "$work_dir/linux" "$pristine"
		rm -rf "$work_dir"
	fi
	unlock
}

# touched_files PATCH...: what they change, create or remove.
touched_files() {
	[ $# -gt 0 ] || return 0
	sed -n 's/^\(---\|+++\) [ab]\/\([^\t]*\).*/\2/p' "$@" | LC_ALL=C sort -u
}

# apply_patch DIR PATCH: with no fuzz; offsets are fine.
apply_patch() {
	patch -d "$1" -p1 --fuzz=0 --no-backup-if-mismatch --batch --forward -r - <"$2"
}

# copy_files FROM TO <LIST: those of the list that are there.
copy_files() {
	local file
	while read -r file; do
		[ -e "$1/$file" ] || continue
		mkdir -p "$(dirname "$2/$file")"
		cp -p "$1/$file" "$2/$file"
	done
}

# settle_file NEW OLD: makes OLD what NEW is, or removes it as NEW is not there.
# Never writes into OLD, which may be a link to a pristine file.
settle_file() {
	if [ ! -e "$1" ]; then
		rm -f "$2"
	elif ! cmp -s "$1" "$2"; then
		mkdir -p "$(dirname "$2")"
		touch "$1" # or make would think that it knows it
		mv "$1" "$2"
	fi
}

# new_tree TREE: with a source that is $pristine.
new_tree() {
	rm -rf "$1"
	mkdir -p "$1"
	if [ -n "${KSRC-}" ]; then
		mkdir "$1/source"
	else
		# links: whoever changes a file here replaces it
		cp -al "$pristine" "$1/source"
	fi
	: >"$1/touched"
}

# follow_ksrc TREE: what $KSRC has now, but for the files in TREE/touched. Goes
# by contents, for a time of $KSRC says nothing about when objects were made.
follow_ksrc() {
	local list=$1/list
	if tree_is_git "$pristine"; then
		git -C "$pristine" ls-files --cached --others --exclude-standard
	else
		[ ! -e "$pristine/.config" ] && [ ! -e "$pristine/include/config" ] ||
			die "$pristine has been built in: 'make mrproper' there first"
		(cd "$pristine" && find . -name .git -prune -o \( -type f -o -type l \) -printf '%P\n')
	fi | LC_ALL=C sort | LC_ALL=C comm -23 - "$1/touched" >"$list"
	rsync -lp --checksum --delete-missing-args --files-from="$list" "$pristine/" "$1/source/"
	(cd "$1/source" && find . \( -type f -o -type l \) -printf '%P\n') | LC_ALL=C sort |
		LC_ALL=C comm -23 - <(LC_ALL=C sort "$list" "$1/touched") |
		(cd "$1/source" && tr '\n' '\0' | xargs -0r rm -f)
	rm -f "$list"
}

# prepare_tree TREE SOURCE PATCH...: makes TREE/source that source with the
# patches, writing only what differs. When it was interrupted, the next call
# mends it.
prepare_tree() {
	local tree=$1 source=$2 patch file log
	shift 2
	[ -e "$tree/touched" ] && [ "$(cat "$tree/source-id")" = "${source%% *}" ] || {
		new_tree "$tree"
		echo "${source%% *}" >"$tree/source-id"
	}

	# what any of the files is to be; a patch that fails leaves the tree alone
	new_work_dir
	touched_files "$@" >"$work_dir/touched"
	LC_ALL=C sort -u "$work_dir/touched" "$tree/touched" >"$work_dir/either"
	mkdir "$work_dir/new"
	copy_files "$pristine" "$work_dir/new" <"$work_dir/either"
	for patch; do
		log=$(apply_patch "$work_dir/new" "$patch" 2>&1) || {
			printf '%s\n' "$log" >&2
			die "${patch#"$checkout/"} does not apply"
		}
	done

	cp "$work_dir/either" "$tree/touched"
	[ -z "${KSRC-}" ] || follow_ksrc "$tree"
	while read -r file; do
		settle_file "$work_dir/new/$file" "$tree/source/$file"
	done <"$work_dir/either"
	mv "$work_dir/touched" "$tree/touched"
	rm -rf "$work_dir"
}
