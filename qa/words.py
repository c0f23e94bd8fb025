"""Word lists that tell apart the words of a question; small on purpose, a missing word leaves a question unchanged."""


def _list(words: str) -> frozenset[str]:
    return frozenset(words.split())


WH = _list("who whom whose what which when where why how")
BE = _list("is are was were isn't aren't wasn't weren't be been being am")
DO = _list("do does did don't doesn't didn't")
HAVE = _list("has have had hasn't haven't hadn't")
MODAL = _list("can could will would shall should may might must can't couldn't won't wouldn't shouldn't cannot")
AUXILIARIES = BE | DO | HAVE | MODAL
PREPOSITIONS = _list(
    "of in on at by for from to with about into over under after before since until till during between through "
    "against without within among around as than like near off out up per toward towards despite across behind"
)
DEMONSTRATIVES = _list("this that these those")
DETERMINERS = DEMONSTRATIVES | _list(
    "the a an his her its their my our your each every some any no all both many most several few another other"
)
PRONOUNS = _list("he him she her hers it they them theirs i me we us you there one someone anyone somebody anybody")
BREAKS = _list("and or but if because when while although though whether so then that not ever never also still just")
MANNER = _list("first finally last exactly later again now today already even only else yet really actually")
HOW_WORDS = _list(
    "many much long often far old big large high fast tall deep wide heavy expensive well soon quickly early late "
    "likely strong hot cold rich successful serious important dangerous close good bad great small young popular"
)
VERBS = _list(
    "accept accuse achieve act add admit adopt affect agree aim allow announce answer appear apply approve argue "
    "arrest arrive ask attack attend avoid award ban be beat become begin believe belong blame break bring build burn "
    "buy call cancel carry catch cause celebrate change charge choose claim climb close collapse collect come compare "
    "complain conclude confirm connect consider contain continue contribute control convince cost cover create "
    "criticise criticize cross cut damage deal decide declare decline defeat defend define delay deliver demand deny "
    "depend describe design destroy develop die differ direct disappear discover discuss divide do draw drive drop "
    "earn eat elect employ end enter escape establish exist expand expect explain explode express face fail fall "
    "favour fear feed feel fight fill find fine finish fire flee fly follow forbid force form found gain get give go "
    "govern grow happen hate have hear help hide hire hit hold hope hurt identify ignore imply import improve include "
    "increase influence insist inspire intend introduce invade invent invest invite involve join keep kill know lack "
    "launch lead learn leave lend let lie live lose love make manage marry matter mean measure meet mention migrate "
    "miss move name need negotiate occur offer open oppose order organise organize own paint pass pay perform plan "
    "play predict prefer prepare present prevent produce promise propose protect prove provide publish pull punish "
    "push put raise reach react read receive recommend record recover reduce refer refuse reject relate release rely "
    "remain remember remove repair repeat replace reply report represent require resign resist respond restore result "
    "retire return reveal rise rule run sail save say see seem sell send separate serve set settle share shoot show "
    "shrink sign sing sink sleep solve spark speak spend spread stand start state stay steal stop strike struggle "
    "study succeed suffer suggest support surrender survive suspect take taste teach tell test think threaten throw "
    "translate travel treat trigger trust try turn understand use visit vote wait walk want warn watch wear weigh win "
    "withdraw work worry write"
)
IRREGULAR = dict(
    form.split(":")
    for form in _list(
        "became:become bid:bid began:begin broke:break broken:break brought:bring built:build bought:buy caught:catch "
        "chose:choose chosen:choose came:come dealt:deal did:do drew:draw drawn:draw drove:drive driven:drive ate:eat "
        "eaten:eat fell:fall fallen:fall fed:feed felt:feel fought:fight found:find fled:flee flew:fly flown:fly "
        "forbade:forbid gave:give given:give got:get went:go gone:go grew:grow grown:grow heard:hear hid:hide "
        "hidden:hide held:hold kept:keep knew:know known:know led:lead left:leave lent:lend lay:lie lost:lose "
        "made:make meant:mean met:meet paid:pay ran:run rose:rise risen:rise said:say saw:see seen:see sold:sell "
        "sent:send shot:shoot shown:show sang:sing sung:sing sank:sink sunk:sink slept:sleep spoke:speak spoken:speak "
        "spent:spend stood:stand stole:steal stolen:steal struck:strike took:take taken:take taught:teach told:tell "
        "thought:think threw:throw thrown:throw understood:understand wore:wear worn:wear won:win withdrew:withdraw "
        "withdrawn:withdraw wrote:write written:write born:bear beaten:beat hurt:hurt hit:hit cut:cut cost:cost "
        "put:put set:set spread:spread lit:light"
    )
)
ADJECTIVES = _list(
    "true false important likely possible legal illegal necessary good bad big small old new safe wrong right common "
    "rare clear hard difficult easy dead alive young late early called named open closed different special unusual "
    "controversial popular effective expensive cheap rich poor tall high low big large long short deep heavy afraid "
    "angry happy sad guilty wise fair critical significant ready sure certain relevant risky bad worth better worse "
    "best enough so"
)
COUNTRIES = _list(
    "afghanistan africa america argentina asia australia austria belarus belgium bolivia brazil britain bulgaria "
    "canada chile china colombia cuba denmark ecuador egypt england estonia ethiopia europe finland france georgia "
    "germany ghana greece hungary iceland india indonesia iran iraq ireland israel italy japan kenya korea latvia "
    "lebanon libya lithuania mexico morocco nato netherlands nigeria norway pakistan peru poland portugal romania "
    "russia scotland serbia spain sudan sweden switzerland syria taiwan thailand tunisia turkey ukraine usa us uk "
    "vietnam wales yemen"
)
ORGANISATIONS = _list(
    "agency army association bank board church club college commission committee company congress corporation council "
    "court crew department family firm foundation government group inc institute league ministry museum organisation "
    "organization orchestra parliament party police school senate staff team union university"
)
FEMALE = _list(
    "actress aunt daughter girl lady mother mrs ms princess queen sister wife woman alice amina amy ana angela anita "
    "anna anne barbara carla carol catherine christine clara claire diana elena elizabeth emily emma eva fatima grace "
    "hannah helen ines irene jane joan julia karen kate laura linda lisa lucy maria marie mary mei mara michelle "
    "nadia nina nora olga olivia priya rachel rosa rosalind ruth sarah sofia sophie susan theresa ursula valentina "
    "victoria"
)
MALE = _list(
    "boy brother father husband king man mr prince son uncle abraham adam ahmed albert alexander andrew antonio "
    "arthur ben carlos charles chris daniel david dmitri donald edward emmanuel erik felix frank franklin george hans "
    "henry hugo isaac ivan jack james jan joe john jorge jose joseph karl kofi leo louis lukas mark martin michael "
    "mikhail mohammed omar oscar otto pablo paul pedro peter pierre richard robert sam sergei simon stephen steve "
    "thomas tim tom vladimir volodymyr walter william xi"
)
PEOPLE = _list(
    "actor architect artist author baker boss captain chairman chancellor chief coach composer commander director "
    "doctor driver emperor engineer explorer farmer founder general governor head historian inventor judge lawyer "
    "leader mayor minister musician nurse officer owner painter patient pilot player poet politician pope president "
    "professor prosecutor researcher reporter sailor secretary senator singer soldier speaker spokesman spokeswoman "
    "student teacher winner worker writer ceo victim suspect survivor journalist scientist chemist"
)
PLURALS = _list("people men women children police teeth mice data media scientists others")
NOUNS_IN_ING = _list("building meeting ruling painting finding hearing setting writing opening")
TIMES = _list(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday today yesterday winter spring summer autumn century decade year month week day "
    "date time years months weeks days hours hour"
)
GENERIC = TIMES | _list("people country countries city cities place places person percent money times one ones name")
INDEFINITE = _list("anyone anybody someone somebody")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
