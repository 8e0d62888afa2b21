package io.portolan.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A test of the built distribution; left out, and counted as such, without {@code portolan.e2e}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
    named = "portolan.e2e",
    matches = "true",
    disabledReason = "runs with -Dportolan.e2e=true, on a built distribution")
@interface NeedsDistribution {}
