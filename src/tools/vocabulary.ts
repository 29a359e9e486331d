/**
 * The words of the tools, and what people say for them: other English words, slang, German, Spanish and French. They
 * are stems without accents; an ending may follow. A word in several lines means all of them.
 *
 * @module
 */
export const vocabulary: Readonly<Record<string, string>> = {
  // What is done
  show: 'zeig anzeig aufliste auflist muestra mostrar ensena listar montr affich liste lister display print',
  'delete remove':
    'losch geloscht losche entfern entfernt borra borrar elimin quita quitar suppr supprim effac enlev retir retire weg wegmach destroy drop wipe erase trash raus rausnehm rauswerf',
  'create new':
    'erstell erzeug anleg angelegt leg lege einricht eingerichtet crea crear cre creer cree genera generar build',
  'add new':
    'hinzufug hinzu erganz anad anadir agreg agrega agregar ajout ajoute eintrag eintragen aufnehm attach zusatz',
  new: 'neu neue neuer neues neuen nuevo nueva nuevos nuevas nouveau nouvelle nouvel nouveaux frisch fresh',
  change:
    'ander geander aendern anpass cambi cambia cambiar modific modifica modifi chang umstell edit alter adjust tweak bearbeit edita editar ajusta ajustar regl regle configur',
  'change switch': 'wechsel umschalt umschalten swap flip',
  'rename name label':
    'umbenenn umbenannt renombr renomm umtauf nenn nenne heiss heissen nombre nom llama llamar appell',
  restart:
    'neustart neustarten neugestartet reinici reinicia reiniciar redemarr redemarre relanc relance reboot rearranc bounce kick',
  start:
    'starte starten gestartet hochfahr arranc arranca arrancar inici inicia iniciar demarr demarre lanc lance boot anstoss anstossen anwerf encend enciende encender allum allume',
  'stop off':
    'stopp stoppen anhalt halt parar deten detener arret arrete arreter beend beenden shut herunterfahr runterfahr fahr apag apaga apagar eteind eteint eteins eteinte shutdown',
  'turn off disable':
    'ausschalt abschalt ausschalten abstell abdreh deaktivier deaktiviere desactiv desactiva desactivar desactive deshabilit desactiver coup coupe couper kill ausgeschaltet deactivate aus',
  'turn on enable':
    'einschalt anschalt aktivier aktiviere freischalt activ activa activar active activer habilit prend enable anmach einschalten',
  activate: 'activ aktivier',
  'restore bring back':
    'wiederherstell wiederhergestellt zuruckspiel zuruckhol zuruckgespielt einspiel restaur restaura restaurar recuper recupera recuperar recup remet remets remettre retabl revert recover rettung',
  'undo revert':
    'ruckgangig zurucknehm deshac deshaz deshacer deshazlo annul annule annuler revenir rollback revierte revertir ruckgang zuruckdreh defais defaire',
  'cancel end':
    'kundig kundige abbestell stornier abbrech abbrechen cancela cancelar annul anul anula anular resili resilie terminate baja',
  'back earlier': 'zuruck retour atras volver vuelve regres',
  'backup save':
    'sicher sicherung sichern sicherungs gesichert sicherheitskopie backup datensicher respald respaldo respalda respaldar sauvegard sauvegarde sauvegarder sauvegardee abspeicher speicherpunkt backups bkp bak',
  'copy clone':
    'kopie kopier kopiere duplizier klon klone copia copiar duplica duplicar clona clonar clon copie copier dupliqu duplique cloner duplicate kopien copias copies',
  snapshot: 'schnappschuss instantane instantanea',
  'move transfer':
    'verschieb verschiebe umzieh umziehen umzug umziehe mover mueve migr migrier migra migrar deplac deplace deplacer transferier ubertrag traslad mudar muda relocate',
  'transfer hand over': 'ubergeb ubergabe uberlass ceder cede transferir transfiere transferer traspas',
  'update upgrade':
    'aktualisier aktualisiere aktualisierung actualiz actualiza actualizar actualizacion maj mises jour update upgrade auffrisch',
  upgrade: 'hochstuf heraufsetz',
  'clear empty purge':
    'leer leere leeren leert geleert vaci vacia vaciar vide vider vidage limpia limpiar purg purga purgar purger flush nuke bust ausleer',
  'clean up':
    'aufraum aufraume raum saubermach bereinig limpi limpia limpiar limpieza nettoy nettoie nettoyer nettoyage menage putz housekeeping declutter',
  'free space': 'freigeb freimach liber libera liberar liberer',
  'block ban':
    'sperr sperre sperren aussperr ausgesperrt gesperrt blockier blockiert blocke bloque bloquea bloquear bloqueado bloqu bloquer interdi interdit verbiet verbann banear expuls exclu',
  'unblock allow':
    'entsperr entblock freischalt desbloque desbloquea desbloquear debloqu debloquer debloque entsperre unban whitelist',
  'allow let':
    'erlaub erlaube zulass zugelass freigab permit permite permitir autoris autorise autoriser autoriza autorizar lass lasse deja dejar laisse laisser permet permettre rein reinlass',
  'install set up':
    'installier installiere instala instalar install installe installer einricht richte configurar mets mettre pon poner setup aufsetz aufsetzen aufspiel',
  'renew extend': 'erneuer erneuere verlanger renov renueva renovar renouvel renouvell prolong verlangere',
  'automatic by itself':
    'automatisch automatic automatica automaticamente automatique automatiquement selbst selber solo sola solos seul auto',
  'scan check':
    'scann scanne scanner escane escanea escanear analiz analiza analizar analys analyse analyser durchsuch durchsuche untersuch pruf prufe prufen prufung uberpruf uberprufe comprueb comprueba comprobar revis revisa revisar verifi verifie verifier verific verifica verificar check kontrollier controle',
  'verify check': 'verifizier bestatig confirm',
  'invite add member': 'einlad einladen lade lad invit invita invitar invite inviter',
  'publish push live':
    'veroffentlich livestell liveschalt public publica publicar publie publier produktiv spiel spiele pasa pasar passe',
  'deploy pull':
    'ausroll deploye deployen bereitstell despleg despliega desplegar despliegue deploie deploy deployee deployer rollout ship hol hole holen bajar trae',
  'wait finished done':
    'wart warte warten fertig abgeschloss esper espera esperar termin termine terminado terminada attend attends attendre fini finie acabado erledigt',
  'compare differ same':
    'vergleich vergleiche unterschied unterscheid gleich compara comparar diferenci diferencia mismo misma mismos compar compare comparer meme differenc difference',
  'find where':
    'find finde such suche suchen busc busca buscar encontr encuentr trouv trouve trouver cherch cherche chercher donde locate wo',
  'preview would happen':
    'vorschau passieren passiert wurde simulier pasaria simul simula simular previsualiz apercu passerait simuler probelauf ensayo',
  'send notify':
    'benachricht benachrichtige meld melde schick schicke schicken avis avisa avisame avisar notific notifica notificar notifi notifie envi envia enviar envoi envoie envoyer previen previens prevenir alerte',
  'book buy subscribe':
    'buch buche buchen bestell bestelle abonnier abonniere contrat contrata contratar suscrib suscribe souscri souscris souscrire abonn abonne kauf kaufe gekauft comprar compra compre achet achete acheter commande purchase order',
  'raise increase bump larger':
    'erhoh erhohe hochsetz hoch rauf aument aumenta aumentar sub sube subir augment augmente augmenter agrand vergrosser vergrossere ampli amplia ampliar mehr mas plus increase boost crank',
  'exclude never':
    'ausschliess ausschliesse ausnehm ausnahm ausnahme exclu excluye excluir exclure exclus excepcion exception nie niemals nunca jamais ausgenommen',
  'force always redirect':
    'erzwing erzwinge umleit umleiten weiterleit leite redirig redirige redirigir redireccion rediriger forc force forzar forcer immer siempre toujours enforce',
  'protect protection': 'schutz schutze absicher proteg protege proteger proteccion protect',
  'connect remote':
    'verbind verbinde verbindung conect conecta conectar conexion connect connecter connexion remoto distant distance',
  'rotate reset new':
    'zurucksetz setz setze restablec restablece reinitialis reinitialise reinitialiser resetea resetear reset',
  forgot: 'vergess vergessen olvid olvide olvidado oublie oubli lost',
  'group project':
    'gruppier gruppiere gruppe grupp zusammenfass agrup agrupa agrupar grupo group regroup groupe regroupe projekt proyecto projet ordner carpeta sort sortier',
  'read seen mark': 'gelesen markier leido leidos marca marcar lu lues marque marquer',
  'put offline maintenance': 'offline fuera horsligne',
  // Things
  server:
    'server servers serveur servidor maschine machine maquina box instance instanz vps droplet host kiste node rechner hosts',
  'app site':
    'app apps site sites seite webseite website websites webseiten seiten homepage shop shops store stores onlineshop webshop laden blog blogs forum magazin magazine pagina sitio sitios web webs tienda tiendas boutique boutiques anwendung anwendungen aplicacion aplicaciones application applications portal kundenportal intranet instanz page landing frontend internetseite vitrine',
  'cache caching': 'cache caches cach cacheo zwischenspeicher antememoria cahce caching gecacht cachen',
  'database mysql db':
    'datenbank datenbanken dbs bd bdd databases bbdd mariadb sql database db donnees datos',
  'certificate ssl':
    'zertifikat zertifikate ssl tls certificado certificados certificat certificats cert certs padlock cadenas candado schloss',
  'free letsencrypt encrypt':
    'kostenlos kostenlose gratis gratuit gratuita gratuito gratuite letsencrypt encrypt lets',
  'own bought': 'eigenes eigene gekauft propio propia comprado comprada propre achete kostenpflichtig',
  'wildcard subdomains': 'wildcard comodin joker platzhalter',
  'expire run out':
    'ablauf ablauft lauft auslauf caduc caduca caducan caducar venc vence vencen vencer expir expire expirent abgelaufen gultig valido valable valide expiration',
  'password credentials login':
    'passwort passworter kennwort passwd pwd contrasena contrasenas clave claves mdp motdepasse password passwords',
  'login credentials user':
    'zugangsdaten anmeldedaten logindaten credencial credenciales identifiants login logins anmeld anmelden sesion ingresar',
  'user username login':
    'benutzer benutzername nutzer usuario usuarios utilisateur utilisateurs identifiant anwender user users',
  'access who get in': 'zugriff zugang zugriffe acceso accesos accede acceder acces access rein reinkomm',
  'admin wp-admin administrator':
    'administrator administrador administrateur admin backend verwaltung wpadmin dashboard',
  'team member person colleague':
    'team mitarbeiter mitarbeiterin kollege kollegin kollegen praktikant praktikantin azubi entwickler entwicklerin equipo miembro miembros empleado empleada companero companera desarrollador desarrolladora equipe membre membres collegue collaborateur collaboratrice employe stagiaire becario becaria personne persona person teamkollege teammitglied mitglied developpeur developpeuse coworker intern va',
  'role rights permissions':
    'recht rechte berechtigung berechtigungen rolle permiso permisos rol droits droit autorisation autorisations privileg',
  'domain address': 'domain domains dominio dominios domaine domaines adresse url domane',
  'alias additional domain':
    'alias aliase zusatzdomain nebendomain subdominio sousdomaine subdomain weitere zusatzlich adicional supplementaire secundario',
  'primary main domain': 'hauptdomain hauptdomane principal principale primario primar haupt apex',
  'dns record':
    'eintrag eintrage record records registro registros enregistrement enregistrements zone zonen zona entry entries nameserver dns mx cname txt spf dkim dmarc aaaa srv',
  'staging test':
    'staging testumgebung testseite testsystem testkopie testversion prueba pruebas preprod preproduction recette stage stg uat spielwiese sandbox testumgebungen test testing stagingumgebung essai tests ensayos',
  'live production':
    'produktiv produktion live livesystem liveseite produccion production prod produktivsystem',
  'disk space storage':
    'platte platten festplatte festplatten speicherplatz plattenplatz disco discos espacio disque disques espace almacenamiento stockage platz ssd disk disks storage hdd gb space',
  full: 'voll volle lleno llena llenos plein pleine sature satur vollgelaufen full',
  'memory ram limit': 'speicher arbeitsspeicher memoria memoire ram speicherlimit memory',
  'cpu load': 'prozessor auslastung last carga charge cpu procesador processeur utilization',
  'size plan larger': 'grosse groesse tamano taille tarif plan groesser grosser grossere',
  'upload size':
    'upload uploads hochlad hochladen subida subidas envoyes televers televerse dateigrosse uploadgrosse',
  'timeout execution time': 'laufzeit timeout ausfuhrungszeit',
  limit: 'limit limite limites grenze begrenz maximal maximum maximo maxima maximale',
  'php version package': 'version versionen versiones php',
  'schedule time day':
    'uhr uhrzeit zeitplan plane planen hora horario heure heures programm programme programa programar programmer geplant schedule taglich tagliche diario diaria quotidien quotidienne wochentlich semanal hebdomadaire montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes sabado domingo lundi mardi mercredi jeudi vendredi samedi dimanche nightly monday tuesday wednesday thursday friday saturday sunday',
  'frequency how often': 'haufig haufigkeit oft frecuencia frequence cada stundlich every chaque',
  'retention keep': 'aufbewahr behalt conserv retencion retention garder garde guardar',
  'maintenance window':
    'wartung wartungsarbeiten wartungsfenster wartungsmodus mantenimiento maintenance zeitfenster ventana fenetre wartungs',
  'plugin theme wordpress':
    'plugin plugins theme themes erweiterung erweiterungen extension extensions complemento complementos tema temas wordpress wp woocommerce woo elementor yoast module modul',
  'vulnerabilities holes unsafe':
    'lucke lucken sicherheitslucke sicherheitslucken schwachstelle schwachstellen vulnerabilidad vulnerabilidades vulnerabilite vulnerabilites faille failles unsicher vulnerable agujero agujeros cve exploit',
  'malware virus':
    'malware schadsoftware schadcode virus viren trojaner virenscan maliciel maliciels malveillant infiziert infectad infectado infecte infectee malicioso viruses backdoor',
  'hacked infected attack':
    'gehackt hacke hackeado hackeada pirate piratee hackee angriff angriffe angreifer attaque attaques ataque ataques ataca attack attacker hack',
  'security incidents':
    'sicherheit seguridad securite vorfall vorfalle incidente incidentes incident sicherheitsvorfall',
  'quarantine files': 'quarantane cuarentena quarantaine',
  firewall: 'firewall cortafuegos parefeu waf',
  'country countries':
    'land lander pais paises pays country russland russia china rusia russie chine nordkorea korea iran indien turkei geo geoblock',
  'visitors traffic requests':
    'besucher visite visites visiteur visiteurs visitante visitantes visitas visita visitan zugriffe aufrufe trafico trafic traffic anfragen peticiones peticion crawler crawlers bots bot crawling hits spider visits',
  'address ip': 'ip ips adresse adressen direccion direcciones adresses',
  'slow down':
    'langsam lahm ladt ewig ladezeit hangt trage lento lenta lentos lentas lent lente lentes rame ramer lentitud lenteur slow tarda schneckentempo sluggish laggy traine',
  'down broken error problem':
    'kaputt fehler defekt geht abgesturzt absturz weiss erreichbar caido caida caidos fallo falla roto rota error errores erreur erreurs panne plant plante casse cassee wsod 500 502 503 504 bug ausfall storung tombe blanco blanc blanche problem probleme problema problemas crash crashed down',
  'why cause reason':
    'warum wieso weshalb grund ursache porque razon causa pourquoi cause raison origine happening vient',
  'queries sql slow': 'abfrage abfragen query queries consulta consultas requete requetes',
  'graph chart':
    'graph grafik diagramm verlauf kurve grafico grafica graficas graphique graphe courbe chart kurven',
  'alerts warnings notifications':
    'warnung warnungen meldung meldungen benachrichtigung benachrichtigungen alarm alarme hinweis alerta alertas aviso avisos notificacion notificaciones alerte alertes avertissement notification warning alert',
  'mail email smtp':
    'mail mails email emails post correo correos courriel courriels mailversand versand elastic smtp mailserver',
  'sender domain mail': 'absender absenderdomain remitente expediteur',
  'bill cost price pay':
    'rechnung kosten kostet preis preise bezahl bezahlen zahl zahlen factura coste costo cuesta precio precios pago pagar pagamos facture cout coute prix paie payer payons invoice charges teuer',
  'copilot ai assistant': 'copilot ki assistent asistente assistant ia ai helper',
  'insights tips':
    'tipp tipps hinweise empfehlung empfehlungen vorschlag vorschlage consejo consejos recomendacion recomendaciones sugerencia sugerencias conseil conseils recommandation recommandations insight tip suggestion advice erkenntnis',
  'git repository branch':
    'repo repository repositorio depot git github gitlab bitbucket branche branches rama ramas zweig branch code codigo commit',
  'key deploy': 'deploykey',
  'key ssh': 'schlussel sshschlussel llave llaves cle cles key keys pubkey public',
  'cron jobs scheduled':
    'cron cronjob cronjobs crontab aufgabe aufgaben tarea tareas tache taches wpcron scheduled',
  'queue worker':
    'warteschlange warteschlangen queue queues cola colas worker workers hintergrund hintergrundprozess horizon supervisor',
  'service restart':
    'dienst dienste service servicio servicios nginx apache apache2 redis memcached elasticsearch fpm phpfpm services webserver httpd',
  'operation task job':
    'vorgang vorgange aufgabe operacion operaciones operation operations task job jobs progreso',
  'changes history log':
    'verlauf historie protokoll log logs historial historique journal history changed geandert cambiado cambiaste change modifie',
  'permissions owner files': 'dateirechte dateiberechtigungen chmod chown denied verweigert denegado refuse',
  'files folder':
    'datei dateien archivo archivos ficher fichero ficheros fichier fichiers ordner verzeichnis carpeta dossier folder file directory',
  'webroot folder': 'webroot docroot wurzelverzeichnis stammverzeichnis raiz racine',
  'images webp': 'bild bilder imagen imagenes image images photo fotos foto pictures webp',
  'provider cloud':
    'anbieter proveedor proveedores fournisseur fournisseurs cloud digitalocean aws amazon linode vultr gce hoster',
  'regions locations':
    'region regionen standort standorte rechenzentrum ubicacion ubicaciones regiones emplacement datacenter datacentre',
  'available offered which': 'verfugbar disponible disponibles disponibl angebot',
  'list all how many': 'wieviele cuantos cuantas combien alle todos todas tous toutes anzahl liste lista',
  'status state': 'zustand stand estado etat status',
  'overview summary': 'uberblick ubersicht zusammenfassung resumen bilan synthese',
  'health check': 'gesundheit salud sante gesundheitscheck healthcheck',
  'settings configuration':
    'einstellung einstellungen konfiguration konfig configuracion ajuste ajustes parametres parametre reglage reglages konfigurier config conf',
  'account customer': 'konto account cuenta compte kundenkonto',
  'connection api token': 'verbindung conexion connexion api token',
  'cloudflare cdn edge': 'cloudflare cdn edge cf',
  'varnish page cache': 'varnish seitencache',
  'today yesterday night earlier':
    'gestern heute nacht abend morgen fruh ayer anoche hier soir matin yesterday madrugada vorgestern',
  last: 'letzte letzten letzter letztes ultimo ultima ultimos ultimas dernier derniere derniers dernieres zuletzt latest neueste neuesten neuester',
  now: 'jetzt sofort ahora ya maintenant immediatement gleich',
  'missing without': 'fehlt fehlende fehlen falta faltan manque sans sin ohne',
  'left quit': 'ausgeschieden verlassen gekundigt despedido parti depart ausscheid',
  'freelancer developer sftp':
    'freelancer freiberufler dienstleister externer graphiste disenador disenadora designer grafiker grafikerin autonomo prestataire agence agentur agencia ftp sftp',
  'terminal console browser': 'terminal konsole consola console shell',
  'phpmyadmin adminer': 'phpmyadmin adminer dbmanager',
  'add-on addons': 'zusatzpaket erweiterungspaket addon addons zusatzdienst',
  'query string parameters': 'parameter parametros querystring utm',
  'https secure redirect': 'https http sicher seguro securise securisee',
  'tables database': 'tabelle tabellen tabla tablas table tables',
  'restore points': 'wiederherstellungspunkt wiederherstellungspunkte sicherungspunkt punto',
}
