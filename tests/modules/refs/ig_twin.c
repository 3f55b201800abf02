// SPDX-License-Identifier: GPL-2.0
/*
 * ig_twin - all that ig_balanced is, by another name: its functions lie where
 * those did, once it is loaded at the same address
 */
#include "ig_balanced.c"
