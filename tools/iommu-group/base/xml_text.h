/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IOMMU_GROUP_XML_TEXT_H
#define IOMMU_GROUP_XML_TEXT_H

#include <stdio.h>

/** ig_xml_text() - print any bytes as text or as the value of an attribute */
void ig_xml_text(FILE *out, const char *text);

#endif /* IOMMU_GROUP_XML_TEXT_H */
