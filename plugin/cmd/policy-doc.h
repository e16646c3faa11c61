/*
 * policy-doc.h - cis-authz-policy(5): the policy language in words.
 *
 * The keys come from the table that the loader reads by, the operations from the routes; what lies
 * between them is prose.
 */
#pragma once

/* The page on standard output. */
void policy_document(void);
