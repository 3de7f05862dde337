/** Where canaries run. */

/** The forms, in the order in which help lists them. */
export const INSTALL_FORMS = ['cron', 'systemd', 'kubernetes', 'github'] as const;

/** A member of {@link INSTALL_FORMS}. */
export type InstallForm = (typeof INSTALL_FORMS)[number];
