#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A task that waits for a lock that it holds is found, whichever lock that is.
. ./lib.sh
prefix="waits for itself: "

# Each mode has locks of its own, so that one audit can see several.
modes() {
	echo "for mode in $*; do
		insmod ig_lockself.ko mode=\$mode && rmmod ig_lockself || exit
	done"
}

expect 2 "wrong" iommu-group locks --settle 0 -- \
	sh -c "$(modes mutex dynamic upgrade writer reader)"
holds "wrong: five" $out '^findings: 5 findings'
for mode in mutex dynamic upgrade writer; do
	holds "wrong: $mode" $out \
		"lock-recursion: ig_self .*which it holds already since ig_self_$mode+0x"
done
holds "wrong: reader" $out \
	'lock-recursion: ig_self .*reads ig_self_sem_reader .*since ig_self_reader+0x'
expect_clean "right" iommu-group locks --settle 0 -j -- sh -c "$(modes alone try)"
json_has "right: nobody writes: said" notes 'reads ig_self_sem_alone'
plan
