// Where a phone may be, by its area code: a guess, for numbers move with their owners. Good enough to let people sleep.

/** IANA zone → area codes of the North American plan; one that spans two zones stands in both. Places that keep the same clock stand under one name. */
const AREA_CODES: Readonly<Record<string, string>> = {
  'America/New_York':
    '201 202 203 207 212 215 216 219 220 223 226 229 231 234 239 240 242 248 249 252 260 267 269 270 272 276 283 ' +
    '289 301 302 304 305 313 315 317 321 326 330 332 336 339 343 347 351 352 364 365 367 380 386 401 404 407 410 ' +
    '412 413 416 418 419 423 434 438 440 443 445 448 450 463 470 475 478 484 502 508 513 514 516 517 518 519 540 ' +
    '548 551 561 567 570 571 574 579 581 585 586 603 606 607 609 610 613 614 616 617 631 640 646 647 667 678 680 ' +
    '681 703 704 705 706 716 717 718 724 727 732 734 740 743 754 757 762 765 770 772 774 781 786 802 803 804 807 ' +
    '810 812 813 814 819 828 838 839 843 845 848 850 854 856 857 859 860 862 863 864 865 867 873 878 904 905 906 ' +
    '908 910 912 914 917 919 929 930 934 937 941 947 954 959 973 978 980 984 989',
  'America/Chicago':
    '204 205 210 214 217 218 219 224 225 228 251 254 256 262 270 281 308 309 312 314 316 318 319 320 325 331 334 ' +
    '337 346 361 364 402 405 409 414 417 423 430 431 432 437 447 448 469 474 479 501 504 507 512 515 531 534 539 ' +
    '563 572 573 574 580 601 605 606 608 612 615 618 620 629 630 636 641 651 659 660 662 682 689 701 708 712 713 ' +
    '715 726 731 737 763 769 773 779 785 806 807 812 815 816 817 830 832 847 850 867 870 872 901 903 906 913 918 ' +
    '920 930 931 936 938 940 945 952 956 972 979 985',
  'America/Los_Angeles':
    '206 208 209 213 236 250 253 279 310 323 341 360 408 415 424 425 442 458 503 509 510 530 541 559 562 564 604 ' +
    '619 626 628 650 657 661 669 672 702 707 714 725 747 760 775 778 805 818 820 831 840 858 867 909 916 925 949 ' +
    '951 971 986',
  'America/Denver':
    '208 250 303 307 308 368 385 403 406 435 505 541 575 587 605 620 701 719 720 775 780 785 801 825 867 915 970 ' +
    '986',
  'America/Phoenix': '480 520 602 623 867 928',
  'America/Halifax': '418 506 782 902',
  'America/Santo_Domingo': '809 829 849',
  'America/Regina': '306 639',
  'America/Jamaica': '658 876',
  'America/Puerto_Rico': '787 939',
  'America/Barbados': '246',
  'America/Anguilla': '264',
  'America/Antigua': '268',
  'America/Tortola': '284',
  'America/St_Thomas': '340',
  'America/Cayman': '345',
  'Atlantic/Bermuda': '441',
  'America/Grenada': '473',
  'America/Grand_Turk': '649',
  'America/Montserrat': '664',
  'Pacific/Saipan': '670',
  'Pacific/Guam': '671',
  'Pacific/Pago_Pago': '684',
  'America/St_Johns': '709',
  'America/Lower_Princes': '721',
  'America/St_Lucia': '758',
  'America/Dominica': '767',
  'America/St_Vincent': '784',
  'Pacific/Honolulu': '808',
  'America/Port_of_Spain': '868',
  'America/St_Kitts': '869',
  'America/Adak': '907',
  'America/Anchorage': '907',
};

const ZONES = new Map<string, string[]>();
for (const [zone, codes] of Object.entries(AREA_CODES))
  for (const code of codes.split(' ')) ZONES.set(code, [...(ZONES.get(code) ?? []), zone]);

/** Phones that exist on a page or in a terminal only: nobody sleeps there. */
const PRETEND: ReadonlySet<string> = new Set(['simulator', 'terminal']);

/**
 * The clocks that count before we begin to text a phone: the shop's, and what its number tells of its own, last. None for a
 * pretend phone. A number from abroad, or of an area code newer than this table, has no clock that we know.
 * @param phone E.164 @param channel the one that its owner used last
 */
export function clocksFor(timezone: string, phone: string, channel: string | null): string[] {
  if (channel !== null && PRETEND.has(channel)) return [];
  const code = /^\+1(\d{3})\d{7}$/.exec(phone)?.[1];
  return [...new Set([timezone, ...(ZONES.get(code ?? '') ?? [])])];
}
