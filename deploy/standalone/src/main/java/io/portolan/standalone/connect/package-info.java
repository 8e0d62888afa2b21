/** What the settings of IDEs and agents need to use the gateway: {@code portolan connect}. */
@NullMarked
package io.portolan.standalone.connect;

import org.jspecify.annotations.NullMarked;
