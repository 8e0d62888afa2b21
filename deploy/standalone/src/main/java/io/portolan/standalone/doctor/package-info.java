/**
 * Looks at the machine and says what is there, what is missing and what to do about it. Runs only
 * programs it names itself, never one out of a user's file. Start at {@link
 * io.portolan.standalone.doctor.Doctor}.
 */
@NullMarked
package io.portolan.standalone.doctor;

import org.jspecify.annotations.NullMarked;
