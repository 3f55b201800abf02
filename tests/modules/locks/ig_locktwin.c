// SPDX-License-Identifier: GPL-2.0
/*
 * ig_locktwin - all that ig_lockalike is, by another name: its functions and
 * locks lie where those did, once it is loaded at the same address
 */
#include "ig_lockalike.c"
