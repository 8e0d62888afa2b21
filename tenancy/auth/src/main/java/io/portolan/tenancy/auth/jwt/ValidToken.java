package io.portolan.tenancy.auth.jwt;

import io.portolan.tenancy.auth.Authentication;
import io.portolan.tenancy.auth.key.Revocations;
import java.time.Instant;
import java.util.Set;

/**
 * What remains of a token whose signature and claims were checked.
 *
 * @param outcome whose it is
 * @param audiences what it is meant for, in canonical form
 * @param goodEverywhere whether it is meant for one of the audiences the issuer's entry names
 * @param end when it ends, skew included
 * @param issued what revocations are about
 * @param by what checked it
 */
record ValidToken(
    Authentication outcome,
    Set<String> audiences,
    boolean goodEverywhere,
    Instant end,
    Revocations.Issued issued,
    TokenCheck by) {}
