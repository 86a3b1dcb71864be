// Who wrote it stands after "by"; when, how and where do too.

/** Words that follow "by" and begin no writer's name, as the alternatives of a pattern. */
export const NOBODY =
  'the|an?|my|your|our|his|their|him|her|them|me|us|it|itself|myself|yourself|this|that|these|who|whoever|any|all|some|one|same|next|' +
  'now|then|today|tonight|tomorrow|noon|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|july|september|october|' +
  'november|december|christmas|xmas|hanukkah|thanksgiving|halloween|easter|new year|weekend|' +
  'mail|e-?mail|text|phone|card|cash|link|usps|far|hand|chance|default|design|heart|mistake|saying|clicking|\\d+';
