"""Groups of words that the company of a hint may name: `{drug}`, `{person}` …"""

GROUPS = {
    "{drug}": """drug drugs substance substances alcohol opioid opioids opiate opiates heroin fentanyl cocaine coke
        crack meth methamphetamine methamphetamines amphetamine amphetamines speed weed pot dope cannabis marijuana
        pill pills painkiller painkillers oxycodone oxycontin percocet vicodin morphine codeine tramadol kratom
        benzo benzos benzodiazepine benzodiazepines xanax valium booze liquor beer beers wine vodka whiskey whisky
        rum gin nicotine tobacco cigarette cigarettes ecstasy mdma lsd ketamine stimulant stimulants inhalant
        inhalants hallucinogens steroids polysubstance iv intravenous needle needles injection injecting syringe
        syringes chemical narcotic narcotics sedative sedatives adderall spice vape vapes""",
    "{use}": """drinking drink drinks drank drinker smoking smoke smokes smoked smoker using vaping vape injecting
        injected inject shooting snorting snorted sober sobriety detox rehab withdrawal craving cravings hangover
        hangovers intoxicated addiction addictions addictive quit quitting tobacco nicotine gambling gamble bottle
        bottles bar bars joint joints overdose overdosed""",
    "{person}": """i you he she they we who patient client resident mother father mom dad brother sister son
        daughter husband wife partner boyfriend girlfriend roommate friend uncle aunt cousin parent man woman guy
        girl boy teen veteran person member someone somebody everyone everybody nobody anyone""",
    "{persons}": """people patients clients residents parents men women guys girls boys teens veterans persons
        members friends they we""",
    "{be}": "is am are was were be been being 's 're 'm isn wasn aren weren seems seemed looks looked appears appeared",
    "{have}": "have has had having 've hadn haven hasn",
    "{get}": "get gets getting got gotten",
    "{whose}": "my your his her their our its",
    "{the}": "the a an this that any some another my your his her their our",
    "{how}": """not never still now finally really very so too pretty already always often just only also currently
        clearly completely totally all both again ever simply mostly usually perhaps maybe even quite already either""",
    "{test}": """test tests tested testing screen screens screening screenings urine urines urinalysis ua uas uds
        utox tox toxicology sample samples specimen specimens swab swabs drop drops result results analysis analyses
        breathalyzer""",
    "{treatment}": """treatment treatments rehab detox therapy program programs programme counseling taper tapers
        medication methadone suboxone buprenorphine naltrexone outpatient residential inpatient recovery sobriety
        group groups stay""",
    "{insurer}": """insurance insurances insurer insurers coverage claim claims medicaid medicare payer payers
        carrier appeal appeals adjuster employer landlord landlady court courts judge judges board bank loan visa
        parole probation school university college department agency authorization authorizations authorisation
        benefit benefits copay reimbursement billing bill bills application request requests letter license licence
        housing hospital company""",
    "{harmless}": """sugar chocolate chocolates coffee tea caffeine candy food foods carbs news tv television show
        shows series soap soaps phone phones screen screens internet online media gym exercise exercising fitness
        running work adrenaline thrill shopping gossip puzzle puzzles crossword crosswords sudoku book books reading
        music football soccer baseball basketball sports sport game games gaming video videos podcast podcasts film
        films movie movies travel fashion shoe shoes knitting gardening yoga danger drama data computer computers
        tech""",
    "{date}": """monday tuesday wednesday thursday friday saturday sunday january february march april may june july
        august september october november december""",
    "{month}": """day days week weeks month months year years hours 24 30 60 90""",
}
GROUPS = {name: frozenset(words.split()) for name, words in GROUPS.items()}
